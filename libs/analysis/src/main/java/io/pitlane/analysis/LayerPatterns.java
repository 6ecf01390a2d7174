package io.pitlane.analysis;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.validation.LayerPattern;
import io.pitlane.contract.validation.NearestName;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.operation.Operations;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * Names of layers as an option lists them: the names of their nodes, or patterns in which {@code *}
 * stands for any characters.
 */
public final class LayerPatterns {
    private LayerPatterns() {}

    /**
     * The layers of a graph that match.
     *
     * @param option the option, as {@code quantize.float}, for messages
     * @param patterns null for none
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT for a pattern that matches
     *     no layer
     */
    public static Set<String> matching(FlatGraph graph, String option, List<String> patterns) {
        if (patterns == null) {
            return Set.of();
        }
        var layers = layers(graph);
        return patterns.stream()
                .flatMap(pattern -> matching(layers, layers, option, pattern).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Checks patterns that may name what is not a layer, too: any node of a graph.
     *
     * @param option the option, as {@code quantize.calibration.layers}, for messages
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT for a pattern that matches
     *     no node
     */
    public static void requireNodes(FlatGraph graph, String option, Collection<String> patterns) {
        var nodes = graph.nodes().stream().map(NodeDef::getName).toList();
        patterns.forEach(pattern -> matching(nodes, layers(graph), option, pattern));
    }

    private static List<String> layers(FlatGraph graph) {
        return graph.nodes().stream()
                .filter(node -> Operations.of(node).isLayer())
                .map(NodeDef::getName)
                .toList();
    }

    private static List<String> matching(
            List<String> names, List<String> layers, String option, String pattern) {
        var matching = names.stream().filter(name -> LayerPattern.matches(pattern, name)).toList();
        if (matching.isEmpty()) {
            throw invalidInput(
                    "%s: the model has no layer '%s'; its layers are %s."
                            .formatted(option, pattern, shortened(layers)),
                    NearestName.advice(pattern.replace("*", ""), layers));
        }
        return matching;
    }

    private static String shortened(Collection<String> layers) {
        int most = 20;
        var listed = layers.stream().limit(most).collect(Collectors.joining(", "));
        return layers.size() > most ? listed + ", ..." : listed;
    }
}

package io.pitlane.training.quantization;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.Quantization;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Which fake quantizations have one step: those with the same numbers between which there is no
 * layer. Integer kernels of pooling and concatenation have one step for all inputs and the output.
 */
final class TiedQuantizations {
    private final FlatGraph graph;
    private final Map<String, Quantization> quantizations;
    private final Map<String, String> leaders = new HashMap<>();
    private final Map<String, Set<String>> sources = new HashMap<>();

    /**
     * Finds them.
     *
     * @param quantizations by the name of the node
     */
    TiedQuantizations(FlatGraph graph, Map<String, Quantization> quantizations) {
        this.graph = graph;
        this.quantizations = quantizations;
        graph.nodes().forEach(this::visit);
    }

    /** The one of its group whose step all use. */
    String leader(String fakeQuantization) {
        var leader = leaders.getOrDefault(fakeQuantization, fakeQuantization);
        return leader.equals(fakeQuantization) ? leader : leader(leader);
    }

    private void visit(NodeDef node) {
        boolean isQuantized = quantizations.containsKey(node.getName());
        var before = new LinkedHashSet<String>();
        if (Operations.of(node).kind() != Kind.LAYER) {
            node.getInputList().forEach(in -> before.addAll(sources(TensorRef.parse(in).node())));
        }
        before.forEach(one -> before.forEach(other -> tie(one, other)));
        if (isQuantized) {
            before.forEach(one -> tie(one, node.getName()));
        }
        sources.put(node.getName(), isQuantized ? Set.of(node.getName()) : before);
    }

    private Set<String> sources(String node) {
        return sources.getOrDefault(node, Set.of());
    }

    private void tie(String one, String other) {
        if (quantizations.get(one).equals(quantizations.get(other))) {
            leaders.put(leader(other), leader(one));
        }
    }
}

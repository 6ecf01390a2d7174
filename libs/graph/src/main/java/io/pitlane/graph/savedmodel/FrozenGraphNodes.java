package io.pitlane.graph.savedmodel;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.validation.NearestName;
import io.pitlane.graph.TensorRef;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The nodes of a GraphDef, and which of them others read. Control edges count as reading. */
final class FrozenGraphNodes {
    private final Map<String, NodeDef> byName = new LinkedHashMap<>();

    FrozenGraphNodes(Collection<NodeDef> nodes) {
        nodes.forEach(node -> byName.put(node.getName(), node));
    }

    /**
     * The node that a user names, as {@code scores} or {@code scores:0}.
     *
     * @param what {@code input} or {@code output}, for the message
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there is none
     */
    NodeDef named(String name, String what, Path file) {
        var node = byName.get(name.replaceFirst(":0$", ""));
        if (node == null) {
            throw invalidInput(
                    "%s has no node '%s', which is named as an %s.".formatted(file, name, what),
                    NearestName.of(name, byName.keySet())
                            .map(nearest -> "Write '" + nearest + "', if that is meant.")
                            .orElse("Name a node of the graph."));
        }
        return node;
    }

    /** The nodes that no other reads, in the order of the graph. */
    List<NodeDef> unread() {
        var read =
                byName.values().stream()
                        .flatMap(node -> node.getInputList().stream())
                        .map(FrozenGraphNodes::source)
                        .collect(Collectors.toSet());
        return byName.values().stream().filter(node -> !read.contains(node.getName())).toList();
    }

    /**
     * The nodes that lead to the outputs, these included, in the order of the graph.
     *
     * @param fed nodes whose own inputs do not count
     */
    List<NodeDef> reachedFrom(List<NodeDef> outputs, List<NodeDef> fed) {
        var cut = fed.stream().map(NodeDef::getName).collect(Collectors.toSet());
        var reached = new HashSet<String>();
        var pending = new ArrayDeque<>(outputs.stream().map(NodeDef::getName).toList());
        while (!pending.isEmpty()) {
            var name = pending.pop();
            if (reached.add(name) && !cut.contains(name)) {
                require(name).getInputList().stream()
                        .map(FrozenGraphNodes::source)
                        .forEach(pending::push);
            }
        }
        return byName.values().stream().filter(node -> reached.contains(node.getName())).toList();
    }

    /**
     * The graph of some nodes.
     *
     * @param placeholders replace the nodes of their names
     * @param whole gives the functions and versions
     */
    GraphDef graphOf(List<NodeDef> needed, List<NodeDef> placeholders, GraphDef whole) {
        var replaced =
                placeholders.stream()
                        .collect(Collectors.toMap(NodeDef::getName, Function.identity()));
        return whole.toBuilder()
                .clearNode()
                .addAllNode(
                        needed.stream()
                                .map(node -> replaced.getOrDefault(node.getName(), node))
                                .toList())
                .build();
    }

    private NodeDef require(String name) {
        var node = byName.get(name);
        if (node == null) {
            throw invalidInput(
                    "The graph uses the node '" + name + "', which it does not contain.",
                    "Export or copy the graph again.");
        }
        return node;
    }

    private static String source(String input) {
        return TensorRef.parse(input.startsWith("^") ? input.substring(1) : input).node();
    }
}

package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.contract.failure.FailureException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/** Sorts the nodes of one body so that each comes after its dependencies. */
final class TopologicalSort {
    private final Map<String, NodeDef> body;
    private final Function<NodeDef, Stream<String>> dependencies;
    private final List<NodeDef> ordered = new ArrayList<>();
    private final HashSet<String> open = new HashSet<>();
    private final HashSet<String> done = new HashSet<>();

    private TopologicalSort(
            Map<String, NodeDef> body, Function<NodeDef, Stream<String>> dependencies) {
        this.body = body;
        this.dependencies = dependencies;
    }

    /** The nodes that {@code roots} depend on, roots included. */
    static List<NodeDef> of(
            Map<String, NodeDef> body,
            List<String> roots,
            Function<NodeDef, Stream<String>> dependencies) {
        var order = new TopologicalSort(body, dependencies);
        roots.forEach(root -> order.visit(nodeOf(root)));
        return order.ordered;
    }

    /** Iterative, for graphs deeper than the stack. */
    private void visit(String root) {
        var pending = new ArrayDeque<String>(List.of(root));
        while (!pending.isEmpty()) {
            var name = pending.peek();
            if (done.contains(name)) {
                pending.pop();
            } else if (open.add(name)) {
                dependencies.apply(require(name)).forEach(need -> push(nodeOf(need), pending));
            } else {
                pending.pop();
                open.remove(name);
                done.add(name);
                ordered.add(body.get(name));
            }
        }
    }

    private void push(String name, ArrayDeque<String> pending) {
        if (open.contains(name)) {
            throw FailureException.invalidInput(
                    "The model's nodes form a loop through '" + name + "'.",
                    "Export the model with its loop unrolled.");
        }
        if (!done.contains(name)) {
            pending.push(name);
        }
    }

    private NodeDef require(String name) {
        var node = body.get(name);
        if (node == null) {
            throw FailureException.invalidInput(
                    "The model uses the node '" + name + "', which it does not contain.",
                    "Export or copy the model again.");
        }
        return node;
    }

    private static String nodeOf(String reference) {
        int start = reference.startsWith("^") ? 1 : 0;
        int colon = reference.indexOf(':');
        return reference.substring(start, colon < 0 ? reference.length() : colon);
    }
}

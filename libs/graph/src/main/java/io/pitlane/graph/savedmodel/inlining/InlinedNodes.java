package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.contract.failure.FailureException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The nodes that inlining has written so far. */
final class InlinedNodes {
    /** More nodes than any real network has: nested calls can multiply the nodes of a model. */
    private static final int MAX_NODES = 1_000_000;

    private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<String> assigned = new HashSet<>();

    /** No nodes yet; those of functions get names that the main graph does not have. */
    InlinedNodes(GraphDef graph) {
        graph.getNodeList().forEach(node -> taken.add(node.getName()));
    }

    /** A name not taken yet: {@code wanted}, or {@code wanted_1} and so on. */
    String freshName(String wanted) {
        var name = wanted;
        for (int i = 1; !taken.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /**
     * Adds a node, unless there is one of its name.
     *
     * @throws FailureException of kind INVALID_INPUT when there are too many
     */
    void add(NodeDef node) {
        nodes.putIfAbsent(node.getName(), node);
        if (nodes.size() > MAX_NODES) {
            throw FailureException.invalidInput(
                    "The model has more than "
                            + MAX_NODES
                            + " nodes once its functions are written out.",
                    "Export a smaller model.");
        }
    }

    /** Records that a prediction writes a variable. */
    void addAssigned(String variable) {
        assigned.add(variable);
    }

    /** The nodes by name, in the order in which they were added. */
    Map<String, NodeDef> byName() {
        return Collections.unmodifiableMap(nodes);
    }

    /** Names of the variables that a prediction writes. */
    Set<String> assigned() {
        return Set.copyOf(assigned);
    }
}

package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Removes the branches that a constant condition never takes: TensorFlow 1.x writes conditions,
 * such as that on Keras's learning phase, with Switch and Merge.
 *
 * <p>A Switch passes its input to one of its two outputs; nodes that depend on the other output, by
 * a control edge too, are dead; a Merge passes on its live input.
 */
public final class DeadBranchRemoval {
    private DeadBranchRemoval() {}

    static boolean isMerge(NodeDef node) {
        return Operations.of(node).kind() == Kind.MERGE;
    }

    static FailureException notConstant(NodeDef node) {
        return FailureException.invalidInput(
                "The model's node '"
                        + node.getName()
                        + "' (operation "
                        + node.getOp()
                        + ") chooses what to run by a value that is not constant.",
                "Export the model for inference only, with training=False.");
    }

    /** The graph without the branches that are never taken. */
    public static InlinedGraph remove(InlinedGraph graph) {
        var nodes = graph.nodes();
        var taken = decide(nodes);
        while (!taken.isEmpty()) {
            nodes = new Pass(nodes, taken).run();
            taken = decide(nodes);
        }
        return new InlinedGraph(nodes, graph.signature(), graph.assigned());
    }

    /** For each Switch with a constant condition, whether it holds. */
    private static Map<String, Boolean> decide(Map<String, NodeDef> nodes) {
        var decided = new HashMap<String, Boolean>();
        var known = new HashMap<TensorRef, Boolean>();
        for (var node : nodes.values()) {
            if (isSwitch(node)) {
                var condition = TensorRef.parse(node.getInput(1));
                if (!known.containsKey(condition)) {
                    known.put(condition, ConstantConditions.value(nodes, condition).orElse(null));
                }
                if (known.get(condition) != null) {
                    decided.put(node.getName(), known.get(condition));
                }
            }
        }
        return decided;
    }

    private static boolean isSwitch(NodeDef node) {
        return Operations.of(node).kind() == Kind.SWITCH;
    }

    /** One pass over the nodes, in topological order. */
    private static final class Pass {
        private final Map<String, NodeDef> nodes;
        private final Map<String, Boolean> taken;
        private final Set<String> dead = new HashSet<>();
        private final Map<String, NodeDef> alive = new LinkedHashMap<>();

        Pass(Map<String, NodeDef> nodes, Map<String, Boolean> taken) {
            this.nodes = nodes;
            this.taken = taken;
        }

        Map<String, NodeDef> run() {
            for (var node : nodes.values()) {
                if (isMerge(node)) {
                    merge(node);
                } else if (node.getInputList().stream().anyMatch(this::isDead)) {
                    dead.add(node.getName());
                } else if (taken.containsKey(node.getName())) {
                    put(NodeBuilder.of("Identity", node.getName()), node, node.getInput(0));
                } else {
                    alive.put(node.getName(), withLiveNames(node));
                }
            }
            return alive;
        }

        private boolean isDead(String input) {
            if (input.startsWith("^")) {
                return dead.contains(input.substring(1));
            }
            var tensor = TensorRef.parse(input);
            var condition = taken.get(tensor.node());
            return dead.contains(tensor.node())
                    || (condition != null && tensor.index() != (condition ? 1 : 0));
        }

        private void merge(NodeDef node) {
            var live =
                    node.getInputList().stream()
                            .filter(input -> !input.startsWith("^"))
                            .filter(input -> !isDead(input))
                            .toList();
            if (live.isEmpty()) {
                dead.add(node.getName());
            } else if (live.size() == 1) {
                put(NodeBuilder.of("Identity", node.getName()), node, live.get(0));
            } else {
                alive.put(node.getName(), withLiveNames(node));
            }
        }

        private void put(NodeBuilder identity, NodeDef replaced, String input) {
            alive.put(
                    replaced.getName(),
                    identity.input(liveName(input))
                            .attr("T", replaced.getAttrOrThrow("T"))
                            .build());
        }

        private NodeDef withLiveNames(NodeDef node) {
            List<String> inputs = node.getInputList().stream().map(this::liveName).toList();
            return node.toBuilder().clearInput().addAllInput(inputs).build();
        }

        /** A decided Switch has one output left. */
        private String liveName(String input) {
            if (input.startsWith("^")) {
                return input;
            }
            var tensor = TensorRef.parse(input);
            return taken.containsKey(tensor.node()) ? tensor.node() : input;
        }
    }
}

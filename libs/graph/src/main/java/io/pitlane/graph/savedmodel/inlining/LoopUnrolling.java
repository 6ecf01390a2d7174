package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.TensorRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Unrolls a loop as long as its condition is constant.
 *
 * @param nodes where the condition is looked up
 * @param bindings values of the loop's attribute placeholders
 * @param body inlines a function's body and returns its results
 */
record LoopUnrolling(Map<String, NodeDef> nodes, AttributeBindings bindings, Inliner body) {
    /** More iterations than real networks have; limits a loop that does not end. */
    private static final int MAX_ROUNDS = 128;

    /** Replaces a call by the function's body. */
    @FunctionalInterface
    interface Inliner {

        /** The results of a function for these arguments. */
        List<TensorRef> inline(NameAttrList function, List<TensorRef> arguments);
    }

    /** Whether a node is a loop. */
    static boolean isLoop(NodeDef node) {
        return node.getOp().endsWith("While");
    }

    /** The loop's results; empty where its condition depends on data, or after too many rounds. */
    Optional<List<TensorRef>> unroll(NodeDef loop, List<TensorRef> inputs) {
        var condition = bindings.function(loop, "cond");
        var state = inputs;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            var goesOn = ConstantConditions.value(nodes, body.inline(condition, state).get(0));
            if (goesOn.isEmpty()) {
                return Optional.empty();
            }
            if (!goesOn.get()) {
                return Optional.of(state);
            }
            state = body.inline(bindings.function(loop, "body"), state);
        }
        return Optional.empty();
    }
}

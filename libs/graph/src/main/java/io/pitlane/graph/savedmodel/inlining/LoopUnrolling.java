package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.TensorRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Writes the rounds of a loop one after the other, as long as its condition is constant.
 *
 * @param nodes where the condition is looked up
 * @param bindings what the attributes of the loop stand for
 * @param body writes a function's body and gives its results
 */
record LoopUnrolling(Map<String, NodeDef> nodes, AttributeBindings bindings, Inliner body) {
    /** More rounds than networks are unrolled for; a counter that never ends stops here. */
    private static final int MAX_ROUNDS = 128;

    /** Writes a function's body in the place of a call. */
    @FunctionalInterface
    interface Inliner {

        /** The results of a function for these arguments. */
        List<TensorRef> inline(NameAttrList function, List<TensorRef> arguments);
    }

    /** Whether a node is a loop. */
    static boolean isLoop(NodeDef node) {
        return node.getOp().endsWith("While");
    }

    /** The loop's results; empty where its condition depends on data, or it has too many rounds. */
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

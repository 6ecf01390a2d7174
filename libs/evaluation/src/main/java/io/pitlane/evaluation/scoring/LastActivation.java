package io.pitlane.evaluation.scoring;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import java.util.Set;

/** The activation behind which an output stands. */
final class LastActivation {
    private static final Set<String> SAME_VALUES =
            Set.of("Identity", "Reshape", "Squeeze", "ExpandDims", "Transpose", "Cast", "Slice");
    private static final Set<String> PROBABILITIES =
            Set.of("Sigmoid", "Softmax", "ClipByValue", "Minimum");

    private LastActivation() {}

    /** Whether an output's values are between 0 and 1, as probabilities are. */
    static boolean isBoundedByOne(FlatGraph graph, TensorRef output) {
        var node = graph.node(output.node());
        while (SAME_VALUES.contains(node.getOp()) && node.getInputCount() > 0) {
            node = graph.node(TensorRef.parse(node.getInput(0)).node());
        }
        return PROBABILITIES.contains(node.getOp());
    }
}

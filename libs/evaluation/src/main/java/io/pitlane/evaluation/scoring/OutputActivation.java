package io.pitlane.evaluation.scoring;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;

/** The last activation before an output. */
final class OutputActivation {
    private OutputActivation() {}

    /** Whether an output holds probabilities, 0..1, rather than logits. */
    static boolean isProbability(FlatGraph graph, TensorRef output) {
        var node = graph.node(output.node());
        while (Operations.of(node).keepsValues() && node.getInputCount() > 0) {
            node = graph.node(TensorRef.parse(node.getInput(0)).node());
        }
        return Operations.of(node).givesProbabilities();
    }
}

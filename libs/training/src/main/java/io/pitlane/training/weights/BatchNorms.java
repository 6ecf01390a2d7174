package io.pitlane.training.weights;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.List;
import org.tensorflow.proto.NodeDef;

/** Finds the batch norms whose running statistics can be updated in training. */
public final class BatchNorms {
    static final int MEAN = 3;
    static final int VARIANCE = 4;

    private BatchNorms() {}

    /**
     * Batch norm nodes in inference mode with a gradient and with constant mean and variance. A
     * batch norm that was exported as multiplication and addition is not found.
     */
    public static List<NodeDef> of(FlatGraph graph) {
        return graph.nodes().stream()
                .filter(node -> Operations.of(node).kind() == Kind.BATCH_NORM)
                .filter(node -> Operations.of(node).isTrainable())
                .filter(node -> !node.getAttrOrThrow("is_training").getB())
                .filter(node -> isStatistic(graph, node, MEAN))
                .filter(node -> isStatistic(graph, node, VARIANCE))
                .toList();
    }

    /**
     * Whether no other node uses the constant: a constant shared with another use must not change.
     */
    private static boolean isStatistic(FlatGraph graph, NodeDef norm, int slot) {
        var constant = graph.input(norm, slot);
        return FloatTensor.isFloatConst(constant)
                && graph.uses(constant.getName()).stream()
                        .allMatch(
                                use ->
                                        use.slot() == slot
                                                && use.consumer().getOp().equals(norm.getOp()));
    }
}

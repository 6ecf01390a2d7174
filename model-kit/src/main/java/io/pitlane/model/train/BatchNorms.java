package io.pitlane.model.train;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import java.util.List;
import org.tensorflow.proto.NodeDef;

/** Finds the batch norms whose statistics can be trained. */
final class BatchNorms {
    static final int MEAN = 3;
    static final int VARIANCE = 4;

    private BatchNorms() {}

    /**
     * Every FusedBatchNormV3 for inference, with constant mean and variance. Batch norm that came
     * as a product and a sum has no statistics any more.
     */
    static List<NodeDef> of(FlatGraph graph) {
        return graph.nodes().stream()
                .filter(node -> node.getOp().equals("FusedBatchNormV3"))
                .filter(node -> !node.getAttrOrThrow("is_training").getB())
                .filter(node -> isStatistic(graph, node, MEAN))
                .filter(node -> isStatistic(graph, node, VARIANCE))
                .toList();
    }

    /** A constant that also stands for something else, as merged constants do, must stay. */
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

package io.pitlane.quantize;

import io.pitlane.model.graph.BatchNormFolding;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.InferredShapes;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.NodeDef;

/** What quantization can do: which layers have int8 kernels, and what stays float32 and why. */
final class QuantizeAdvice {
    /** Costly operations around the layers that have no int8 kernel either. */
    private static final Set<String> FLOAT_OPS =
            Set.of(
                    "FusedBatchNormV3",
                    "ResizeBilinear",
                    "ResizeNearestNeighbor",
                    "Sigmoid",
                    "LeakyRelu",
                    "Elu",
                    "Selu",
                    "Softplus",
                    "Tanh");

    private QuantizeAdvice() {}

    static ModelAdvice of(FlatGraph graph) {
        var folded = new BatchNormFolding().apply(graph);
        var limits = new KernelLimits(folded, InferredShapes.of(folded));
        var advice = new ArrayList<String>();
        var floats = new TreeMap<String, Integer>();
        int int8 = 0;
        for (var node : folded.nodes()) {
            if (BlockFinder.mayHaveKernel(node)) {
                var violated = limits.violatedBy(node);
                int8 += violated.isEmpty() ? 1 : 0;
                violated.ifPresent(
                        why -> advice.add(node.getName() + " stays float32: " + why + "."));
            } else if (staysFloat(node)) {
                floats.merge(node.getOp(), 1, Integer::sum);
            }
        }
        advice.add(0, int8 + " convolutions and dense layers can run in int8.");
        floats.forEach(
                (op, nodes) ->
                        advice.add(
                                nodes
                                        + " x "
                                        + op
                                        + " stays float32: there is no int8 kernel to gain from."));
        return new ModelAdvice(advice);
    }

    private static boolean staysFloat(NodeDef node) {
        return BlockFinder.isLayerWithoutKernel(node) || FLOAT_OPS.contains(node.getOp());
    }
}

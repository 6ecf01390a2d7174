package io.pitlane.prune;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/**
 * The kernels of convolutions and dense layers, by the names of their Consts. Biases and batch norm
 * are few and matter much; they are none.
 */
final class KernelWeights {
    private KernelWeights() {}

    /** Every kernel of a graph, in the order of the graph; one that layers share stands once. */
    static Map<String, FloatTensor> of(FlatGraph graph) {
        var kernels = new LinkedHashMap<String, FloatTensor>();
        for (var node : graph.nodes()) {
            if (hasKernel(node)) {
                var kernel = graph.input(node, 1);
                if (FloatTensor.isFloatConst(kernel)) {
                    kernels.put(kernel.getName(), FloatTensor.of(kernel));
                }
            }
        }
        return kernels;
    }

    /** Whether a node is a convolution or a dense layer, its kernel constant or not. */
    static boolean hasKernel(NodeDef node) {
        return switch (node.getOp()) {
            case "Conv2D",
                    "Conv3D",
                    "Conv2DBackpropInput",
                    "DepthwiseConv2dNative",
                    "MatMul",
                    "BatchMatMul",
                    "BatchMatMulV2" ->
                    true;
            default -> false;
        };
    }
}

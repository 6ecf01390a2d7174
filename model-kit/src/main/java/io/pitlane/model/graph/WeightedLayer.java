package io.pitlane.model.graph;

import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * A convolution or dense layer with constant float32 weights, and which output channel each weight
 * belongs to.
 *
 * @param node the layer's node
 * @param weightsSlot which input of the node the weights are
 * @param weightsNode name of the weights' Const
 * @param weights their values
 * @param channels number of output channels
 * @param inner how many weights in a row belong to one output channel
 * @param channelsLast whether the output's channels stand last
 */
record WeightedLayer(
        NodeDef node,
        int weightsSlot,
        String weightsNode,
        FloatTensor weights,
        int channels,
        int inner,
        boolean channelsLast) {

    /** The layer at this node, if it is one. */
    static Optional<WeightedLayer> of(FlatGraph graph, NodeDef node) {
        return switch (node.getOp()) {
            case "Conv2D", "DepthwiseConv2dNative", "Conv2DBackpropInput", "MatMul" -> {
                var constant = graph.input(node, 1);
                yield FloatTensor.isFloatConst(constant)
                        ? Optional.of(layer(node, constant))
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static WeightedLayer layer(NodeDef node, NodeDef constant) {
        var weights = FloatTensor.of(constant);
        var shape = weights.shape();
        boolean transposed = Attributes.of(node).bool("transpose_b", false);
        int channels =
                switch (node.getOp()) {
                    case "Conv2D" -> (int) shape[3];
                    // Each input channel has as many output channels as the last dimension says.
                    case "DepthwiseConv2dNative" -> (int) (shape[2] * shape[3]);
                    case "Conv2DBackpropInput" -> (int) shape[2];
                    default -> (int) (transposed ? shape[0] : shape[1]);
                };
        int inner =
                switch (node.getOp()) {
                    case "Conv2DBackpropInput" -> (int) shape[3];
                    case "MatMul" -> transposed ? (int) shape[1] : 1;
                    default -> 1;
                };
        return new WeightedLayer(
                node,
                1,
                constant.getName(),
                weights,
                channels,
                inner,
                Attributes.of(node).channelsLast());
    }

    /** The output channel of the weight at this position. */
    int channelOf(int position) {
        return position / inner % channels;
    }

    /** Number of dimensions of the output. */
    int outputRank() {
        return node.getOp().equals("MatMul") ? 2 : 4;
    }
}

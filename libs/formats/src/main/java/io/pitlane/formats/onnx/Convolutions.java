package io.pitlane.formats.onnx;

import org.tensorflow.ndarray.Shape;

/** Convolutions of images, whose bias becomes an input of the ONNX node. */
final class Convolutions {
    /** {@code [H, W, in, out]} as {@code [out, in, H, W]}. */
    private static final AxisOrder KERNEL = AxisOrder.of(3, 2, 0, 1);

    /** {@code [H, W, in, multiplier]} as {@code [in, multiplier, H, W]}. */
    private static final AxisOrder DEPTHWISE_KERNEL = AxisOrder.of(2, 3, 0, 1);

    private Convolutions() {}

    /** Conv2D, dilated and grouped as well. */
    static void convolution(OpNode node) {
        var weights = LayerWeights.of(node, 0, 1);
        long channels = channels(node, node.shape(0));
        write(node, weights, weights.kernel(KERNEL, 0), channels / weights.shape()[2]);
    }

    /** DepthwiseConv2dNative: one group for each input channel. */
    static void depthwise(OpNode node) {
        var weights = LayerWeights.of(node, 0, 1);
        var shape = weights.shape();
        long channels = shape[2] * shape[3];
        var kernel = weights.kernel(DEPTHWISE_KERNEL, 0, channels, 1, shape[0], shape[1]);
        write(node, weights, kernel, shape[2]);
    }

    private static void write(OpNode node, LayerWeights weights, String kernel, long groups) {
        var order = AxisOrder.ofImages(node.attributes().channelsLast());
        var window = SpatialWindow.of(node, weights.shape()[0], weights.shape()[1]);
        var conv = node.write("Conv").input(node.inOrder(0, order)).input(kernel);
        weights.bias().ifPresent(conv::input);
        window.describe(conv, node.shape(0)).attribute("group", groups);
        node.result(conv.add(), order);
    }

    /**
     * Conv2DBackpropInput. Its padding is that of the convolution from its output to its input; of
     * the sizes that lead to the same input, {@code output_padding} chooses the output's.
     */
    static void transposed(OpNode node) {
        var weights = LayerWeights.of(node, 2, 1);
        var window = SpatialWindow.of(node, weights.shape()[0], weights.shape()[1]);
        var small = node.shape(2);
        var large = node.resultShape();
        if (window.dilations()[0] != 1 || window.dilations()[1] != 1) {
            throw node.unsupported("it is dilated");
        }
        if (channels(node, large) != weights.shape()[2]) {
            throw node.unsupported("it is grouped");
        }
        var pads = window.pads(large, small);
        var rest = new long[2];
        for (int side = 0; side < 2; side++) {
            if (window.size(small, side) < 0 || window.size(large, side) < 0) {
                throw node.unsupported("the size of its images is not fixed");
            }
            long covered =
                    window.strides()[side] * (window.size(small, side) - 1) + window.extent(side);
            rest[side] = window.size(large, side) - (covered - pads[side] - pads[side + 2]);
        }
        var order = AxisOrder.ofImages(node.attributes().channelsLast());
        var conv =
                node.write("ConvTranspose")
                        .input(node.inOrder(2, order))
                        .input(weights.kernel(KERNEL, 1));
        weights.bias().ifPresent(conv::input);
        conv.attribute("kernel_shape", window.size())
                .attribute("strides", window.strides())
                .attribute("pads", pads)
                .attribute("output_padding", rest);
        node.result(conv.add(), order);
    }

    private static long channels(OpNode node, Shape images) {
        long channels =
                images.isUnknown() ? -1 : images.get(node.attributes().channelsLast() ? 3 : 1);
        if (channels < 0) {
            throw node.unsupported("the number of its channels is not fixed");
        }
        return channels;
    }
}

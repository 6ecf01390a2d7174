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

    private static long channels(OpNode node, Shape images) {
        long channels =
                images.isUnknown() ? -1 : images.get(node.attributes().channelsLast() ? 3 : 1);
        if (channels < 0) {
            throw node.unsupported("the number of its channels is not fixed");
        }
        return channels;
    }
}

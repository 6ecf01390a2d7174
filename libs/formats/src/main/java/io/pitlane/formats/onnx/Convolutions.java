package io.pitlane.formats.onnx;

import java.util.Arrays;

/** Convolutions of images and of volumes, whose bias becomes an input of the ONNX node. */
final class Convolutions {
    /** {@code [H, W, in, out]} as {@code [out, in, H, W]}. */
    private static final AxisOrder KERNEL = AxisOrder.of(3, 2, 0, 1);

    /** {@code [H, W, in, multiplier]} as {@code [in, multiplier, H, W]}. */
    private static final AxisOrder DEPTHWISE_KERNEL = AxisOrder.of(2, 3, 0, 1);

    /** {@code [D, H, W, in, out]} as {@code [out, in, D, H, W]}. */
    private static final AxisOrder VOLUME_KERNEL = AxisOrder.of(4, 3, 0, 1, 2);

    private Convolutions() {}

    /** Conv2D, dilated and grouped as well. */
    static void convolution(OpNode node) {
        var weights = LayerWeights.of(node, 0, 1);
        long channels = channels(node, 3);
        write(
                node,
                weights,
                weights.kernel(KERNEL, 0),
                AxisOrder.ofImages(node.attributes().channelsLast()),
                channels / weights.shape()[2]);
    }

    /** Conv3D, dilated and grouped as well. */
    static void ofVolumes(OpNode node) {
        var weights = LayerWeights.of(node, 0, 1);
        long channels = channels(node, 4);
        write(
                node,
                weights,
                weights.kernel(VOLUME_KERNEL, 0),
                AxisOrder.ofVolumes(node.attributes().channelsLast()),
                channels / weights.shape()[3]);
    }

    /** DepthwiseConv2dNative: one group for each input channel. */
    static void depthwise(OpNode node) {
        var weights = LayerWeights.of(node, 0, 1);
        var shape = weights.shape();
        long channels = shape[2] * shape[3];
        var kernel = weights.kernel(DEPTHWISE_KERNEL, 0, channels, 1, shape[0], shape[1]);
        var order = AxisOrder.ofImages(node.attributes().channelsLast());
        write(node, weights, kernel, order, shape[2]);
    }

    private static void write(
            OpNode node, LayerWeights weights, String kernel, AxisOrder order, long groups) {
        var window = SpatialWindow.of(node, Arrays.copyOf(weights.shape(), order.rank() - 2));
        var conv = node.write("Conv").input(node.inOrder(0, order)).input(kernel);
        weights.bias().ifPresent(conv::input);
        window.describe(conv, node.shape(0)).attribute("group", groups);
        node.result(conv.add(), order);
    }

    /**
     * The number of channels.
     *
     * @param last their axis where they come last
     */
    private static long channels(OpNode node, int last) {
        var images = node.shape(0);
        long channels =
                images.isUnknown() ? -1 : images.get(node.attributes().channelsLast() ? last : 1);
        if (channels < 0) {
            throw node.unsupported("the number of its channels is not fixed");
        }
        return channels;
    }
}

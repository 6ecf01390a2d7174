package io.pitlane.formats.onnx;

import io.pitlane.graph.FloatTensor;
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
        var kernel = node.floats(1, "kernel");
        long channels = channels(node, node.shape(0));
        write(node, kernel, KERNEL.arranged(kernel), channels / kernel.shape()[2]);
    }

    /** DepthwiseConv2dNative: one group for each input channel. */
    static void depthwise(OpNode node) {
        var kernel = node.floats(1, "kernel");
        var shape = kernel.shape();
        var grouped =
                new FloatTensor(
                        DEPTHWISE_KERNEL.arranged(kernel).values(),
                        shape[2] * shape[3],
                        1,
                        shape[0],
                        shape[1]);
        write(node, kernel, grouped, shape[2]);
    }

    private static void write(OpNode node, FloatTensor kernel, FloatTensor arranged, long groups) {
        var order = AxisOrder.ofImages(node.attributes().channelsLast());
        var window = SpatialWindow.of(node, kernel.shape()[0], kernel.shape()[1]);
        var conv =
                node.write("Conv")
                        .input(node.inOrder(0, order))
                        .input(node.constant("kernel", arranged));
        node.absorbBias().ifPresent(bias -> conv.input(node.constant("bias", bias)));
        window.describe(conv, node.shape(0)).attribute("group", groups);
        node.result(conv.add(), order);
    }

    /**
     * Conv2DBackpropInput. Its padding is that of the convolution from its output to its input; of
     * the sizes that lead to the same input, {@code output_padding} chooses the output's.
     */
    static void transposed(OpNode node) {
        var kernel = node.floats(1, "kernel");
        var window = SpatialWindow.of(node, kernel.shape()[0], kernel.shape()[1]);
        var small = node.shape(2);
        var large = node.resultShape();
        if (window.dilations()[0] != 1 || window.dilations()[1] != 1) {
            throw node.unsupported("it is dilated");
        }
        if (channels(node, large) != kernel.shape()[2]) {
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
                        .input(node.constant("kernel", KERNEL.arranged(kernel)));
        node.absorbBias().ifPresent(bias -> conv.input(node.constant("bias", bias)));
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

package io.pitlane.formats.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;

/**
 * Conv2DBackpropInput. Its padding is that of the convolution from its output to its input; of the
 * sizes that lead to the same input, {@code output_padding} chooses the output's.
 */
final class TransposedConvolution {
    /** {@code [H, W, out, in]} as {@code [in, out, H, W]}. */
    private static final AxisOrder KERNEL = AxisOrder.of(3, 2, 0, 1);

    private TransposedConvolution() {}

    /**
     * How the output lies around the input.
     *
     * @param pads top, left, bottom, right
     * @param outputPadding rows below and columns right that no window reaches
     */
    private record Placement(List<Long> pads, List<Long> outputPadding) {}

    static void write(OpNode node) {
        var weights = LayerWeights.of(node, 2, 1);
        var window = SpatialWindow.of(node, weights.shape()[0], weights.shape()[1]);
        if (window.dilations()[0] != 1 || window.dilations()[1] != 1) {
            throw node.unsupported("it is dilated");
        }
        var placement = placement(node, window, weights.shape()[2]);
        var order = AxisOrder.ofImages(node.attributes().channelsLast());
        var conv =
                node.write("ConvTranspose")
                        .input(node.inOrder(2, order))
                        .input(weights.kernel(KERNEL, 1));
        weights.bias().ifPresent(conv::input);
        conv.attribute("kernel_shape", window.size())
                .attribute("strides", window.strides())
                .attribute("pads", array(placement.pads))
                .attribute("output_padding", array(placement.outputPadding));
        node.result(conv.add(), order);
    }

    private static Placement placement(OpNode node, SpatialWindow window, long channels) {
        var placements =
                node.knownShapes(2).stream()
                        .map(pair -> placement(node, window, channels, pair[0], pair[1]))
                        .distinct()
                        .toList();
        if (placements.size() != 1) {
            throw node.unsupported("the size of its images is not fixed");
        }
        return placements.get(0);
    }

    private static Placement placement(
            OpNode node, SpatialWindow window, long channels, Shape small, Shape large) {
        if (large.get(node.attributes().channelsLast() ? 3 : 1) != channels) {
            throw node.unsupported("it is grouped");
        }
        var pads = window.pads(large, small);
        var rest = new Long[2];
        for (int side = 0; side < 2; side++) {
            long covered =
                    window.strides()[side] * (window.size(small, side) - 1) + window.extent(side);
            rest[side] = window.size(large, side) - (covered - pads[side] - pads[side + 2]);
        }
        return new Placement(Stream.of(pads[0], pads[1], pads[2], pads[3]).toList(), List.of(rest));
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(value -> value).toArray();
    }
}

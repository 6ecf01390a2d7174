package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Output;

/** Conv and ConvTranspose. */
final class ConvolutionReading {
    private static final int SPATIAL = 2;

    private ConvolutionReading() {}

    /** Conv: of one or two spatial axes, grouped, depthwise, dilated; of three in one group. */
    static void convolution(OnnxNode node) {
        var input = SpatialInput.of(node, true);
        var filter = node.shape(1);
        long channels = input.channels();
        long groups = node.integer("group", 1);
        node.require(
                filter.length == input.rank() && Arrays.stream(filter).allMatch(size -> size > 0),
                "its kernel is of shape " + Arrays.toString(filter));
        node.require(
                groups > 0 && channels == groups * filter[1] && filter[0] % groups == 0,
                "its kernel is of shape %s, its input has %d channels and there are %d groups"
                        .formatted(Arrays.toString(filter), channels, groups));
        var window = window(node, input, filter);
        if (input.rank() == 5) {
            volumes(node, input, window, groups);
            return;
        }
        boolean depthwise =
                groups == channels
                        && groups > 1
                        && !window.isDilated()
                        && window.strides()[0] == window.strides()[1];
        var padded = input.padded(window, 0);
        var product =
                depthwise
                        ? node.write("DepthwiseConv2dNative")
                                .input(padded)
                                .input(depthwise(node, input, window, filter[0] / channels))
                        : node.write("Conv2D").input(padded).input(kernel(node, input));
        product.attribute("strides", WindowReading.ofAllAxes(window.strides()))
                .attribute("padding", window.padding());
        if (window.isDilated()) {
            product.attribute("dilations", WindowReading.ofAllAxes(window.dilations()));
        }
        input.result(biased(node, product.add()));
    }

    private static WindowReading window(OnnxNode node, SpatialInput input, long[] filter) {
        var kernel = Arrays.copyOfRange(filter, SPATIAL, filter.length);
        var sizes = Arrays.copyOfRange(node.shape(0), SPATIAL, node.rank(0));
        return WindowReading.of(node, kernel, sizes).ofInput(input);
    }

    /** The kernel as {@code [H, W, in, out]}. */
    private static Output<?> kernel(OnnxNode node, SpatialInput input) {
        if (input.rank() != 3) {
            return node.inOrder(1, AxisOrder.of(2, 3, 1, 0));
        }
        var kernel = node.inOrder(1, AxisOrder.of(2, 1, 0));
        return node.step("ExpandDims").input(kernel).input(node.integer(0)).add();
    }

    /** The kernel as {@code [H, W, in, multiplier]}. */
    private static Output<?> depthwise(
            OnnxNode node, SpatialInput input, WindowReading window, long multiplier) {
        if (multiplier == 1 && input.rank() == 4) {
            return node.inOrder(1, AxisOrder.of(2, 3, 0, 1));
        }
        return node.step("Reshape")
                .input(kernel(node, input))
                .input(
                        node.vector(
                                window.kernel()[0],
                                window.kernel()[1],
                                input.channels(),
                                multiplier))
                .add();
    }

    private static void volumes(
            OnnxNode node, SpatialInput input, WindowReading window, long groups) {
        node.require(groups == 1, "it convolves three spatial axes in " + groups + " groups");
        node.require(!window.isDilated(), "it convolves three spatial axes with dilation");
        var product =
                node.write("Conv3D")
                        .input(input.padded(window, 0))
                        .input(node.inOrder(1, AxisOrder.of(2, 3, 4, 1, 0)))
                        .attribute("strides", WindowReading.ofAllAxes(window.strides()))
                        .attribute("padding", window.padding());
        input.result(biased(node, product.add()));
    }

    private static Output<?> biased(OnnxNode node, Output<?> product) {
        if (!node.hasInput(2)) {
            return product;
        }
        return node.step("BiasAdd").input(product).input(node.held(2)).add();
    }

    /**
     * ConvTranspose in one group: the whole sum of the kernels, from which the padding is cut off.
     */
    static void transposed(OnnxNode node) {
        var input = SpatialInput.of(node, false);
        node.require(input.rank() == 4, "it has one spatial axis");
        node.require(node.integer("group", 1) == 1, "it is a transposed convolution in groups");
        var filter = node.shape(1);
        node.require(
                Arrays.stream(filter).allMatch(size -> size > 0),
                "its kernel is of shape " + Arrays.toString(filter));
        var strides = node.integers("strides", 1, 1);
        node.require(
                Arrays.stream(node.integers("dilations", 1, 1)).allMatch(d -> d == 1),
                "it is a transposed convolution with dilation");
        var sizes = input.sizes();
        node.require(
                Arrays.stream(sizes).allMatch(size -> size > 0),
                "it is a transposed convolution of images whose size is not fixed");
        var cut = TransposedSizes.of(node, sizes, Arrays.copyOfRange(filter, 2, 4), strides);
        var images = input.images();
        var product =
                node.write("Conv2DBackpropInput")
                        .input(sizes(node, images, cut.computed(), filter[1]))
                        .input(node.inOrder(1, AxisOrder.of(2, 3, 1, 0)))
                        .input(images)
                        .attribute("strides", WindowReading.ofAllAxes(strides))
                        .attribute("padding", cut.padding())
                        .add();
        input.result(biased(node, cut.isCut() ? cut(node, product, cut) : product));
    }

    /** {@code [N, H, W, C]} as a vector, with the batch of the input. */
    private static Output<?> sizes(OnnxNode node, Output<?> images, long[] spatial, long filters) {
        var shape = node.step("Shape").input(images).add();
        var batch =
                node.step("StridedSlice")
                        .input(shape)
                        .input(node.vector(0))
                        .input(node.vector(1))
                        .input(node.vector(1))
                        .attribute("shrink_axis_mask", 1)
                        .add();
        var sizes =
                List.<Output<?>>of(
                        batch,
                        node.integer(spatial[0]),
                        node.integer(spatial[1]),
                        node.integer(filters));
        return node.step("Pack").inputs(sizes).add();
    }

    private static Output<?> cut(OnnxNode node, Output<?> product, TransposedSizes cut) {
        return node.step("StridedSlice")
                .input(product)
                .input(node.vector(0, cut.begin()[0], cut.begin()[1], 0))
                .input(
                        node.vector(
                                0,
                                cut.begin()[0] + cut.wanted()[0],
                                cut.begin()[1] + cut.wanted()[1],
                                0))
                .input(node.vector(1, 1, 1, 1))
                .attribute("begin_mask", 0b1001)
                .attribute("end_mask", 0b1001)
                .add();
    }
}

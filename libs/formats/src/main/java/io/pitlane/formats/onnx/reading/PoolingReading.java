package io.pitlane.formats.onnx.reading;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.tensorflow.Output;

/** Poolings over windows and over all of an image. */
final class PoolingReading {
    private static final String[] MAX = {"MaxPool", "MaxPool3D"};
    private static final String[] AVERAGE = {"AvgPool", "AvgPool3D"};

    private PoolingReading() {}

    /** MaxPool; a dilated one is a grey dilation by a kernel of zeros. */
    static void max(OnnxNode node) {
        var input = SpatialInput.of(node, true);
        var window = window(node, input);
        boolean nonNegative = node.input(0).isNonNegative();
        var padded = input.padded(window, nonNegative ? 0 : -Float.MAX_VALUE);
        if (!window.isDilated()) {
            input.result(pool(node, MAX, padded, window));
            return;
        }
        node.require(
                window.axes() == 2 && input.channels() > 0,
                "its windows are dilated along three axes");
        var shape = new long[] {window.kernel()[0], window.kernel()[1], input.channels()};
        var zeros = new FloatTensor(new float[(int) (shape[0] * shape[1] * shape[2])], shape);
        input.result(
                node.write("Dilation2D")
                        .input(padded)
                        .input(node.constant(zeros))
                        .attribute("strides", WindowReading.ofAllAxes(window.strides()))
                        .attribute("rates", WindowReading.ofAllAxes(window.dilations()))
                        .attribute("padding", window.padding())
                        .add());
    }

    /**
     * AveragePool. Where padding does not count, or is cut off, the mean over whole windows is
     * corrected by a constant for each place.
     */
    static void average(OnnxNode node) {
        var input = SpatialInput.of(node, true);
        var window = window(node, input);
        node.require(!window.isDilated(), "its windows are dilated");
        boolean includesPadding = node.integer("count_include_pad", 0) != 0;
        if (window.same() && includesPadding) {
            window = window.withPad();
        }
        var mean = pool(node, AVERAGE, input.padded(window, 0), window);
        if (!window.same() && window.isPadded()) {
            var correction = correction(node, input.sizes(), window, includesPadding);
            if (correction != null) {
                mean = node.step("Mul").input(mean).input(node.constant(correction)).add();
            }
        }
        input.result(mean);
    }

    /** Values of a window over values that count, {@code [1, H, W, 1]}; null where all do. */
    private static FloatTensor correction(
            OnnxNode node, long[] sizes, WindowReading window, boolean includesPadding) {
        int axes = window.axes();
        var factors = new double[axes][];
        for (int i = 0; i < axes; i++) {
            node.require(
                    sizes[i] > 0, "it averages over the edge of images whose size is not fixed");
            long padded = window.begin()[i] + sizes[i] + window.end()[i] + window.ceil()[i];
            int windows = (int) ((padded - window.kernel()[i]) / window.strides()[i] + 1);
            long from = includesPadding ? 0 : window.begin()[i];
            long to = window.begin()[i] + sizes[i] + (includesPadding ? window.end()[i] : 0);
            factors[i] = new double[windows];
            for (int at = 0; at < windows; at++) {
                long first = Math.max(from, at * window.strides()[i]);
                long last = Math.min(to, at * window.strides()[i] + window.kernel()[i]);
                factors[i][at] = (double) window.kernel()[i] / (last - first);
            }
        }
        boolean allOne =
                Arrays.stream(factors).flatMapToDouble(Arrays::stream).allMatch(f -> f == 1);
        return allOne ? null : product(factors);
    }

    private static FloatTensor product(double[][] factors) {
        var shape =
                WindowReading.ofAllAxes(Arrays.stream(factors).mapToLong(f -> f.length).toArray());
        var values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            int at = i;
            double value = 1;
            for (int axis = factors.length - 1; axis >= 0; axis--) {
                value *= factors[axis][at % factors[axis].length];
                at /= factors[axis].length;
            }
            values[i] = (float) value;
        }
        return new FloatTensor(values, shape);
    }

    private static WindowReading window(OnnxNode node, SpatialInput input) {
        var kernel = node.integers("kernel_shape");
        node.require(kernel.length == input.rank() - 2, "it has no kernel_shape of its axes");
        var window =
                WindowReading.of(node, kernel, Arrays.copyOfRange(node.shape(0), 2, node.rank(0)));
        return window.ofInput(input);
    }

    private static Output<?> pool(
            OnnxNode node, String[] types, Output<?> images, WindowReading window) {
        return node.write(types[window.axes() - 2])
                .input(images)
                .attribute("ksize", WindowReading.ofAllAxes(window.kernel()))
                .attribute("strides", WindowReading.ofAllAxes(window.strides()))
                .attribute("padding", window.padding())
                .add();
    }

    /** GlobalAveragePool or GlobalMaxPool: a reduction of the spatial axes, which stay as 1. */
    static OperatorConverter global(String type) {
        return node -> {
            int rank = node.rank(0);
            node.require(rank > 2, "its input has no spatial axes");
            var order = OnnxNode.channelsLastOrder(rank);
            var axes = IntStream.range(1, rank - 1).asLongStream().toArray();
            var reduced =
                    node.write(type)
                            .input(node.inOrder(0, order))
                            .input(node.vector(axes))
                            .attribute("keep_dims", true)
                            .add();
            node.result(reduced, order);
        };
    }
}

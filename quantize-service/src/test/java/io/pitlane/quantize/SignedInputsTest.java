package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Convolutions of signed inputs, against plain Java that knows nothing of shifted bytes: integers
 * from -zero point to 255 - zero point, zeros around the image, and the bias of the float graph.
 */
class SignedInputsTest {
    private static final int HEIGHT = 11;
    private static final int WIDTH = 10;

    @ParameterizedTest
    @CsvSource({
        "3, 3, 16, 1, SAME, 1",
        "3, 5, 7, 2, SAME, 1",
        "4, 3, 8, 2, SAME, 1",
        "5, 4, 33, 1, VALID, 1",
        "3, 33, 8, 1, SAME, 2",
        "1, 64, 24, 2, SAME, 1",
        "3, 64, 64, 1, SAME, 1",
        "7, 3, 16, 2, SAME, 1"
    })
    void aConvolutionIsExact(int k, int from, int to, int stride, String padding, int dilation) {
        for (float middle : new float[] {0, -1.5f, 2}) {
            for (boolean sizeIsKnown : new boolean[] {true, false}) {
                // Given
                var net = net(k + to, sizeIsKnown, from).padding(padding).dilation(dilation);
                var end = net.unary("Relu", "relu", net.convBias("conv", "x", k, from, to, stride));
                var graph = net.build(end);
                var input = signed(from, middle);

                // When
                var int8 = Int8Fixture.quantize(graph, input);

                // Then
                var reference = new Reference(graph, int8);
                var out = reference.scaleOf("relu", false, input);
                var expected =
                        reference.layer("conv", "relu/int8", reference.quantized(input), 0, out);
                assertSame(int8, input, expected, out, 0.999);
            }
        }
    }

    @Test
    void aLinearConvolutionHandsSignedBytesToTheNext() {
        // Given
        var net = net(5, true, 3);
        var linear = net.convBias("linear", "x", 3, 3, 24, 1);
        var graph = net.build(net.unary("Relu", "relu", net.convBias("next", linear, 3, 24, 8, 1)));
        var input = signed(3, 0);

        // When
        var int8 = Int8Fixture.quantize(graph, input);

        // Then
        assertThat(Int8Fixture.ops(int8))
                .containsOnlyOnce("QuantizeV2")
                .containsOnlyOnce("Dequantize");
        var reference = new Reference(graph, int8);
        var between = reference.scaleOf("linear/bias", true, input);
        var out = reference.scaleOf("relu", false, input);
        var hidden =
                reference.layer(
                        "linear",
                        "linear/bias/int8",
                        reference.quantized(input),
                        Double.NEGATIVE_INFINITY,
                        between);
        var expected = reference.layer("next", "relu/int8", hidden, 0, out);
        assertSame(int8, input, expected, out, 0.98);
    }

    @Test
    void noConvolutionReadsSignedBytes() {
        // Given
        var net = net(6, true, 3);
        var linear = net.convBias("linear", "x", 3, 3, 8, 1);
        var pooled = net.pool("MaxPool", "pool", net.pad("pad", linear), 2, 2, "VALID");
        var tanh = net.unary("Tanh", "tanh", net.convBias("next", pooled, 3, 8, 8, 1));
        var last = net.convBias("last", tanh, 1, 8, 4, 1);
        var graph = net.build(last);
        var input = signed(3, 0);

        // When
        var int8 = Int8Fixture.quantize(graph, input);

        // Then
        assertThat(int8.nodes())
                .filteredOn(node -> node.getOp().equals("_FusedQuantizedConv2D"))
                .hasSize(3)
                .allMatch(n -> n.getAttrOrThrow("Tinput").getType() == DataType.DT_QUINT8);
        assertThat(Int8Fixture.relativeError(graph, int8, input)).isLessThan(0.03);
    }

    @ParameterizedTest
    @CsvSource({"-1", "1"})
    void extremeInputsDoNotSaturate(float extreme) {
        // Given neighbouring weights of full size in every channel, and inputs of one value
        var net = net(1, true, 33);
        var filter = net.weights(3, 3, 33, 24).map(w -> Math.signum(w) * (Math.abs(w) + 3));
        var graph = net.build(net.conv("conv", "x", filter, 1));
        var values = new float[HEIGHT * WIDTH * 33];
        Arrays.fill(values, extreme);
        values[0] = -extreme;
        var input = new FloatTensor(values, 1, HEIGHT, WIDTH, 33);

        // When
        var int8 = Int8Fixture.quantize(graph, input);

        // Then
        Int8Fixture.assertSame(int8, input, 1);
        assertThat(Int8Fixture.relativeError(graph, int8, input)).isLessThan(0.03);
    }

    private static NetBuilder net(long seed, boolean sizeIsKnown, int channels) {
        return new NetBuilder(
                seed, -1, sizeIsKnown ? HEIGHT : -1, sizeIsKnown ? WIDTH : -1, channels);
    }

    private static FloatTensor signed(int channels, float middle) {
        return Int8Fixture.signed(2, HEIGHT, WIDTH, channels).map(v -> v + middle);
    }

    /** Checks that no output is more than a step off, and almost all are the same. */
    private static void assertSame(
            FlatGraph int8, FloatTensor input, Bytes expected, Scale scale, double share) {
        var actual = Int8Fixture.output(int8, input);
        assertThat(actual).hasSameSizeAs(expected.values);
        int same = 0;
        for (int i = 0; i < actual.length; i++) {
            long difference = Math.round(actual[i] / scale.step) - expected.values[i];
            assertThat(Math.abs(difference)).isLessThanOrEqualTo(1);
            same += difference == 0 ? 1 : 0;
        }
        assertThat((double) same / actual.length).isGreaterThan(share);
    }

    /** Real values are {@code step} times integers from {@code low} to {@code high}. */
    private record Scale(double step, int low, int high) {

        int quantize(double value) {
            return (int) Math.max(low, Math.min(high, Math.rint(value / step)));
        }
    }

    /** Integers in NHWC. */
    private record Bytes(int[] values, long[] shape, Scale scale) {}

    /** The layers of a float graph, with the weights that quantization rounded to bytes. */
    private record Reference(FlatGraph float32, FlatGraph int8) {

        /** The scale for a tensor that takes its values from these images. */
        Scale scaleOf(String tensor, boolean signed, FloatTensor images) {
            try (var session = GraphSession.open(float32)) {
                return scale(session.run(images, TensorRef.of(tensor)).values(), signed);
            }
        }

        private static Scale scale(float[] values, boolean signed) {
            double low = 0;
            double high = 0;
            for (float value : values) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
            if (!signed) {
                return new Scale(high / 255, 0, 255);
            }
            int zero = (int) Math.rint(-low / (high - low) * 255);
            double step = zero == 255 ? -low / 255 : Math.max(-low / zero, high / (255 - zero));
            return new Scale(step, -zero, 255 - zero);
        }

        /** Images, quantized by their own range. */
        Bytes quantized(FloatTensor images) {
            var scale = scale(images.values(), true);
            var values = new int[images.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = scale.quantize(images.values()[i]);
            }
            return new Bytes(values, images.shape(), scale);
        }

        /** A convolution with bias; its outputs are at least {@code floor}. */
        Bytes layer(String name, String kernel, Bytes in, double floor, Scale out) {
            var weights = bytes(int8.node(kernel + "/filter"));
            var scales = FloatTensor.of(int8.node(kernel + "/filter_max")).values();
            var bias = FloatTensor.of(float32.node(name + "/bias/values")).values();
            var node = float32.node(name);
            var shape = FloatTensor.of(float32.node(name + "/kernel")).shape();
            int stride = (int) node.getAttrOrThrow("strides").getList().getI(1);
            int dilation = (int) node.getAttrOrThrow("dilations").getList().getI(1);
            boolean same = node.getAttrOrThrow("padding").getS().toStringUtf8().equals("SAME");
            int reach = (int) (shape[0] - 1) * dilation + 1;
            int rows = (int) in.shape[1];
            int columns = (int) in.shape[2];
            int height = same ? (rows + stride - 1) / stride : (rows - reach) / stride + 1;
            int width = same ? (columns + stride - 1) / stride : (columns - reach) / stride + 1;
            int top = same ? Math.max(0, (height - 1) * stride + reach - rows) / 2 : 0;
            int left = same ? Math.max(0, (width - 1) * stride + reach - columns) / 2 : 0;
            int from = (int) shape[2];
            int to = (int) shape[3];
            var values = new int[(int) in.shape[0] * height * width * to];
            IntStream.range(0, values.length)
                    .forEach(
                            at -> {
                                int o = at % to;
                                int x = at / to % width;
                                int y = at / to / width % height;
                                int n = at / to / width / height;
                                long sum = 0;
                                for (int i = 0; i < shape[0]; i++) {
                                    for (int j = 0; j < shape[1]; j++) {
                                        int row = y * stride - top + i * dilation;
                                        int column = x * stride - left + j * dilation;
                                        if (row < 0
                                                || row >= rows
                                                || column < 0
                                                || column >= columns) {
                                            continue;
                                        }
                                        int pixel = ((n * rows + row) * columns + column) * from;
                                        int tap = (i * (int) shape[1] + j) * from;
                                        for (int c = 0; c < from; c++) {
                                            sum +=
                                                    in.values[pixel + c]
                                                            * weights[(tap + c) * to + o];
                                        }
                                    }
                                }
                                double real = sum * in.scale.step * scales[o] / 127 + bias[o];
                                values[at] = out.quantize(Math.max(floor, real));
                            });
            return new Bytes(values, new long[] {in.shape[0], height, width, to}, out);
        }

        private static byte[] bytes(NodeDef constant) {
            return constant.getAttrOrThrow("value").getTensor().getTensorContent().toByteArray();
        }
    }
}

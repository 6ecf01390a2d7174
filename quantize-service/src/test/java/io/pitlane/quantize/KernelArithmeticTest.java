package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FloatTensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TensorFlow's int8 kernels in our graphs, against the same arithmetic in plain Java. */
class KernelArithmeticTest {
    @ParameterizedTest
    @CsvSource({
        "1, 3, 8, 1, SAME, 1",
        "3, 3, 16, 1, SAME, 1",
        "3, 1, 5, 1, SAME, 1",
        "3, 5, 7, 2, SAME, 1",
        "5, 4, 33, 1, VALID, 1",
        "3, 16, 32, 2, VALID, 1",
        "3, 33, 8, 1, SAME, 2",
        "3, 64, 64, 1, VALID, 3",
        "1, 64, 24, 2, SAME, 1",
        "7, 3, 16, 2, SAME, 1"
    })
    void aConvolutionIsExact(int k, int from, int to, int stride, String padding, int dilation) {
        for (var activation : List.of("", "Relu", "Relu6")) {
            for (boolean signed : new boolean[] {false, true}) {
                // Given
                var net = new NetBuilder(k * from + to, -1, 11, 9, from);
                net.padding(padding).dilation(dilation);
                var end = net.convBias("conv", "x", k, from, to, stride);
                end = activation.isEmpty() ? end : net.unary(activation, "act", end);
                var input =
                        signed
                                ? Int8Fixture.signed(2, 11, 9, from)
                                : Int8Fixture.unsigned(2, 11, 9, from);

                // When
                var int8 = Int8Fixture.quantize(net.build(end), input);

                // Then
                Int8Fixture.assertSame(int8, input, 1);
            }
        }
    }

    @Test
    void anExplicitlyPaddedConvolutionIsExact() {
        // Given
        var net = new NetBuilder(3, -1, 8, 8, 4).padding("EXPLICIT", 0, 0, 0, 1, 2, 1, 0, 0);
        var end = net.unary("Relu", "act", net.convBias("conv", "x", 3, 4, 8, 2));
        var input = Int8Fixture.unsigned(2, 8, 8, 4);

        // When
        var int8 = Int8Fixture.quantize(net.build(end), input);

        // Then
        Int8Fixture.assertSame(int8, input, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 32, 1, SAME",
        "3, 33, 2, SAME",
        "3, 5, 1, SAME",
        "3, 1, 1, SAME",
        "5, 16, 1, VALID"
    })
    void aDepthwiseConvolutionIsExact(int k, int channels, int stride, String padding) {
        for (var activation : List.of("", "Relu", "Relu6")) {
            for (boolean signed : new boolean[] {false, true}) {
                // Given
                var net = new NetBuilder(k + channels, -1, 11, 9, channels);
                net.padding(padding);
                var deep = net.depthwise("deep", "x", k, channels, 1, stride);
                var end = net.bias("bias", deep, channels);
                end = activation.isEmpty() ? end : net.unary(activation, "act", end);
                end = net.convBias("point", end, 1, channels, 8, 1);
                var input =
                        signed
                                ? Int8Fixture.signed(2, 11, 9, channels)
                                : Int8Fixture.unsigned(2, 11, 9, channels);
                var graph = net.build(end);

                // When
                var int8 = Int8Fixture.quantize(graph, input);

                // Then
                assertThat(Int8Fixture.ops(int8)).contains("_FusedQuantizedDepthwiseConv2D");
                Int8Fixture.assertSame(int8, input, 1);
                assertThat(Int8Fixture.relativeError(graph, int8, input)).isLessThan(0.04);
            }
        }
    }

    @Test
    void theLargestInputsDoNotSaturateADepthwiseConvolution() {
        // Given weights and inputs as large as bytes are
        var net = new NetBuilder(1, -1, 9, 9, 24);
        net.constant("deep/kernel", new FloatTensor(new float[9 * 24], 3, 3, 24, 1).map(w -> 1));
        var deep = net.depthwiseOf("deep", "x", 1);
        var end = net.convBias("point", deep, 1, 24, 8, 1);
        var input = new FloatTensor(new float[81 * 24], 1, 9, 9, 24).map(v -> 255);

        // When
        var int8 = Int8Fixture.quantize(net.build(end), input);

        // Then
        assertThat(Int8Fixture.ops(int8)).contains("_FusedQuantizedDepthwiseConv2D");
        Int8Fixture.assertSame(int8, input, 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "3, 3", "1, 5", "5, 16", "3, 33", "1, 64"})
    void theLargestInputsDoNotSaturateAConvolution(int k, int from) {
        // Given neighbouring weights of full size in every channel, and only the largest input
        var net = new NetBuilder(1, -1, 9, 9, from).padding("VALID");
        var filter = net.weights(k, k, from, 24).map(w -> Math.signum(w) * (Math.abs(w) + 3));
        var end = net.conv("conv", "x", filter, 1);
        var input = new FloatTensor(new float[81 * from], 1, 9, 9, from).map(v -> 255);

        // When
        var int8 = Int8Fixture.quantize(net.build(end), input);

        // Then
        Int8Fixture.assertSame(int8, input, 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 4, false", "3, 1, true", "64, 10, false", "67, 5, false", "512, 43, true"})
    void aDenseLayerIsExact(int from, int to, boolean signed) {
        for (var activation : List.of("", "Relu", "Relu6")) {
            // Given
            var net = new NetBuilder(from + to, -1, from);
            var end = net.dense("dense", "x", from, to);
            end = activation.isEmpty() ? end : net.unary(activation, "act", end);
            var input = signed ? Int8Fixture.signed(3, from) : Int8Fixture.unsigned(3, from);

            // When
            var int8 = Int8Fixture.quantize(net.build(end), input);

            // Then
            Int8Fixture.assertSame(int8, input, 0.01);
        }
    }

    @Test
    void theLargestInputsDoNotSaturateADenseLayer() {
        for (float extreme : new float[] {255, -1}) {
            // Given
            var net = new NetBuilder(1, -1, 65);
            var end = net.dense("dense", "x", 65, 40);
            var input = new FloatTensor(new float[2 * 65], 2, 65).map(v -> extreme);

            // When
            var int8 = Int8Fixture.quantize(net.build(end), input);

            // Then
            Int8Fixture.assertSame(int8, input, 0.01);
        }
    }

    @Test
    void consecutiveDenseLayersExchangeInt8() {
        // Given
        var net = new NetBuilder(9, -1, 30);
        var hidden = net.unary("Relu", "act", net.dense("one", "x", 30, 20));
        var linear = net.dense("two", hidden, 20, 12);
        var end = net.dense("three", linear, 12, 7);
        var input = Int8Fixture.unsigned(4, 30);

        // When
        var int8 = Int8Fixture.quantize(net.build(end), input);

        // Then
        assertThat(Int8Fixture.ops(int8))
                .doesNotContain("Dequantize")
                .containsOnlyOnce("QuantizeV2");
        Int8Fixture.assertSame(int8, input, 2);
    }

    @ParameterizedTest
    @CsvSource({
        "MaxPool, 2, 2, VALID, Relu",
        "MaxPool, 3, 2, SAME, Relu",
        "MaxPool, 3, 2, SAME, ''",
        "AvgPool, 2, 2, VALID, Relu",
        "AvgPool, 3, 2, SAME, Relu",
        "AvgPool, 3, 1, SAME, ''"
    })
    void poolingWorksInInt8(String op, int window, int stride, String padding, String activation) {
        // Given
        var net = new NetBuilder(4, -1, 11, 9, 3);
        var end = net.convBias("conv", "x", 3, 3, 8, 1);
        end = activation.isEmpty() ? end : net.unary(activation, "act", end);
        end = net.pool(op, "pool", end, window, stride, padding);
        var input = Int8Fixture.unsigned(2, 11, 9, 3);

        // When
        var int8 = Int8Fixture.quantize(net.build(end), input);

        // Then
        assertThat(Int8Fixture.ops(int8)).contains("Quantized" + op).doesNotContain(op);
        // An average may fall between two steps.
        Int8Fixture.assertSame(int8, input, 2);
    }

    @Test
    void tensorsStayInt8FromTheFirstConvolutionToTheLastDenseLayer() {
        // Given
        var net = new NetBuilder(6, -1, 12, 12, 3);
        var one = net.unary("Relu", "act1", net.convBias("one", net.pad("pad", "x"), 3, 3, 8, 1));
        var pool = net.pool("MaxPool", "pool", one, 2, 2, "VALID");
        net.padding("VALID");
        var two =
                net.unary("Relu6", "act2", net.convBias("two", net.pad("pad2", pool), 3, 8, 16, 1));
        var flat = net.flatten("flat", two, 7 * 7 * 16);
        var end = net.dense("dense", flat, 7 * 7 * 16, 10);
        var input = Int8Fixture.unsigned(2, 12, 12, 3);

        // When
        var int8 = Int8Fixture.quantize(net.build(end), input);

        // Then
        assertThat(Int8Fixture.ops(int8))
                .doesNotContain("Dequantize")
                .containsOnlyOnce("QuantizeV2");
        Int8Fixture.assertSame(int8, input, 2);
    }
}

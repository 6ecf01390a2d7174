package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.GraphSession;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers with activations of 16 bits and weights of 8, beside layers of 8 bits. */
class Int16LayersTest {
    private static final FloatTensor IMAGES = Int8Fixture.signed(4, 16, 16, 3);

    @TempDir private Path folder;

    @Test
    void bothSidesOfTheLayerHave16BitsAndItsWeights8() {
        // When
        var quantized = QuantizedGraph.of(quantize("linear"));

        // Then
        assertThat(bits(quantized, "deep/relu")).isEqualTo(16);
        assertThat(bits(quantized, "linear/bias")).isEqualTo(16);
        assertThat(bits(quantized, "linear/kernel")).isEqualTo(8);
        assertThat(bits(quantized, "stem/relu")).isEqualTo(8);
        assertThat(bits(quantized, "sum/relu")).isEqualTo(8);
    }

    @Test
    void sixteenBitsAreRoundedTo32767StepsOfEachSign() {
        // Given
        var graph = quantize("linear");
        var quantization = QuantizedGraph.of(graph).of(TensorRef.of("linear/bias")).orElseThrow();

        // When
        var values = values(graph, "linear/bias/fake_quantization");
        var exact = values(graph, "linear/bias");

        // Then
        assertThat(quantization.highest()).isEqualTo(32767);
        assertThat(quantization.lowest()).isEqualTo(-32767);
        double step = quantization.limit() / 32767.0;
        for (int i = 0; i < values.length; i++) {
            double integer = Math.max(-32767, Math.min(32767, Math.rint(exact[i] / step)));
            assertThat((double) values[i]).isCloseTo(integer * step, within(step * 1.001));
            assertThat(values[i] / step).isCloseTo(Math.rint(values[i] / step), within(0.01));
        }
    }

    @Test
    void whatIsPooledForSuchALayerHas16BitsToo() {
        // When
        var quantized = QuantizedGraph.of(quantize("dense"));

        // Then
        assertThat(bits(quantized, "last/relu")).isEqualTo(16);
    }

    @Test
    void asManyBitsLoseLess() {
        // Given
        var graph = graph();

        // When
        double int8 = Int8Fixture.relativeError(graph, quantize(), IMAGES);
        double one = Int8Fixture.relativeError(graph, quantize("linear"), IMAGES);
        double all = Int8Fixture.relativeError(graph, quantize("*"), IMAGES);

        // Then
        assertThat(one).isLessThan(int8);
        assertThat(all).isLessThan(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stem", "deep", "linear", "last", "dense", "*"})
    void tfliteRunsThemInIntegers(String layers) {
        // Given
        var simulated = quantize(layers);

        // When
        var engine = EngineFixture.output(ModelFormat.TFLITE, simulated, IMAGES, folder);

        // Then
        assertThat(difference(simulated, engine)).isLessThan(loss(simulated) / 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"ONNX", "TENSORFLOW"})
    void otherEnginesRunThemInFloatWithTheSameWeights(ModelFormat format) {
        for (var layers : List.of("stem", "deep", "linear", "last", "dense")) {
            // Given
            var simulated = quantize(layers);

            // When
            var engine = EngineFixture.output(format, simulated, IMAGES, folder);

            // Then: TensorFlow does not round the addend of the sum that it fuses
            assertThat(difference(simulated, engine)).as(layers).isLessThan(loss(simulated));
        }
    }

    @Test
    void theNotesNameThem() {
        var step = Int8Fixture.PLAIN.toBuilder().int16Layers(List.of("linear", "d*")).build();

        var notes = new PostTrainingInt8(step).quantize(graph(), List.of(IMAGES)).notes();

        assertThat(notes.get(0)).isEqualTo("5 of 5 layers in int8");
        assertThat(notes.get(1)).startsWith("16-bit activations: deep, linear, dense;");
    }

    private static double loss(FlatGraph simulated) {
        return Int8Fixture.relativeError(graph(), simulated, IMAGES);
    }

    private static double difference(FlatGraph simulated, float... engine) {
        return EngineFixture.relativeError(Int8Fixture.output(simulated, IMAGES), engine);
    }

    private static int bits(QuantizedGraph graph, String tensor) {
        return graph.of(TensorRef.of(tensor)).map(Quantization::bits).orElseThrow();
    }

    private static float[] values(FlatGraph graph, String node) {
        try (var session = GraphSession.open(graph)) {
            return session.run(IMAGES, List.of(TensorRef.of(node))).get(0).values();
        }
    }

    private static FlatGraph quantize(String... int16) {
        var step = Int8Fixture.PLAIN.toBuilder().int16Layers(List.of(int16)).build();
        return new PostTrainingInt8(step).quantize(graph(), List.of(IMAGES)).graph();
    }

    /** A residual block with a depthwise convolution and a linear one, and pooling before dense. */
    private static FlatGraph graph() {
        var net = new NetBuilder(31, -1, 16, 16, 3);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 16, 1));
        var deep = net.bias("deep/bias", net.depthwise("deep", stem, 3, 16), 16);
        var six = net.unary("Relu6", "deep/relu", deep);
        var linear = net.convBias("linear", six, 1, 16, 16, 1);
        var sum = net.unary("Relu", "sum/relu", net.binary("AddV2", "sum", stem, linear));
        var last = net.unary("Relu", "last/relu", net.convBias("last", sum, 3, 16, 8, 2));
        var pool = net.pool("MaxPool", "pool", last, 4, 4, "VALID");
        return net.build(net.dense("dense", net.flatten("flat", pool, 32), 32, 5));
    }
}

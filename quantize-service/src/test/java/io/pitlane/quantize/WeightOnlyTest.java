package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights of few bits in float arithmetic. */
class WeightOnlyTest {
    private static final FloatTensor IMAGES = Int8Fixture.signed(2, 16, 16, 3);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "TENSORFLOW, 8, 3.6",
        "ONNX, 8, 3.6",
        "TFLITE, 8, 3.6",
        "TENSORFLOW, 4, 6.4",
        "ONNX, 4, 6.4",
        "TFLITE, 4, 6.4"
    })
    void everyFormatIsSmallAndComputesWhatTheGraphSimulates(
            ModelFormat format, int bits, double smaller) {
        // Given
        var graph = graph();

        // When
        var simulated = compress(graph, bits, Granularity.PER_CHANNEL);

        // Then
        var expected = Int8Fixture.output(simulated, IMAGES);
        var engine = EngineFixture.output(format, simulated, IMAGES, folder);
        assertThat(EngineFixture.relativeError(expected, engine)).isLessThan(1e-5);
        long size = EngineFixture.size(format, simulated, folder);
        assertThat(size * smaller).isLessThan(EngineFixture.size(format, graph, folder));
    }

    @ParameterizedTest
    @CsvSource({"8, 127", "4, 7"})
    void theLargestWeightOfAChannelIsTheLargestInteger(int bits, int highest) {
        // Given two output channels
        var weights = new FloatTensor(new float[] {0.5f, -2, -0.1f, 0.7f, 0.31f, 0}, 3, 2);
        var rounding = new IntegerWeights(new WeightOptions(Granularity.PER_CHANNEL, bits));

        // When
        var rounded = rounding.round(weights, 1);

        // Then
        var steps = new double[] {0.5 / highest, 2.0 / highest};
        for (int i = 0; i < 6; i++) {
            double step = steps[i % 2];
            double expected = Math.rint(weights.values()[i] / step) * step;
            assertThat((double) rounded.values().values()[i]).isCloseTo(expected, within(1e-6));
        }
        assertThat(rounded.quantization().orElseThrow().limits()).containsExactly(0.5f, 2);
    }

    @Test
    void fewerBitsAndOneScaleLoseMore() {
        // Given
        var graph = graph();

        // When
        double eight = loss(graph, 8, Granularity.PER_CHANNEL);
        double four = loss(graph, 4, Granularity.PER_CHANNEL);
        double oneScale = loss(graph, 4, Granularity.PER_TENSOR);

        // Then
        assertThat(eight).isBetween(1e-4, 0.02);
        assertThat(four).isGreaterThan(5 * eight);
        assertThat(oneScale).isGreaterThan(four);
    }

    @Test
    void allKindsOfLayersAreCompressedUnlessThePlanLeavesThem() {
        // Given
        var step = step(8, Granularity.PER_CHANNEL).toBuilder().floatLayers(List.of("up")).build();

        // When
        var model = new PostTrainingInt8(step).quantize(graph(), List.of());

        // Then
        assertThat(model.notes())
                .containsExactly("5 of 6 layers with weights of 8 bits; activations are float");
        assertThat(FloatTensor.of(model.graph().node("up/kernel")))
                .isEqualTo(FloatTensor.of(graph().node("up/kernel")));
    }

    private static double loss(FlatGraph graph, int bits, Granularity granularity) {
        return Int8Fixture.relativeError(graph, compress(graph, bits, granularity), IMAGES);
    }

    private static FlatGraph compress(FlatGraph graph, int bits, Granularity granularity) {
        return new PostTrainingInt8(step(bits, granularity)).quantize(graph, List.of()).graph();
    }

    private static QuantizeStep step(int bits, Granularity granularity) {
        return QuantizeStep.builder()
                .scheme(Scheme.WEIGHT_ONLY)
                .weights(new WeightOptions(granularity, bits))
                .build();
    }

    /** An odd number of weights in the first layer; most in the dense one. */
    private static FlatGraph graph() {
        var net = new NetBuilder(31, 2, 16, 16, 3);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 15, 2));
        var deep = net.bias("deep/bias", net.depthwise("deep", stem, 3, 15, 2, 1), 30);
        var linear = net.convBias("linear", deep, 1, 30, 32, 1);
        var up = net.unary("Relu", "up/relu", net.upsample("up", linear, 16, 32, 32));
        var last = net.convBias("last", up, 3, 32, 160, 1);
        var mean = net.globalMean("mean", last, false);
        return net.build(net.dense("dense", mean, 160, 1001));
    }
}

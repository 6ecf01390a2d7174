package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Corrections.AdaRound;
import io.pitlane.contract.quantization.Corrections.BiasCorrection;
import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Corrections together with weights of one scale and with steps of powers of two. */
class CorrectedOptionsTest {
    private static final FloatTensor IMAGES = Int8Fixture.unsigned(24, 12, 12, 3);
    private static final FlatGraph GRAPH = graph();
    private static final AdaRound ROUNDING = new AdaRound(200, 0.02, null);
    private static final List<String> LAYERS = List.of("stem", "deep", "linear", "dense");

    /** Weights as an option has them. */
    private enum Weights {
        PER_TENSOR(QuantizeStep.builder().weights(WeightOptions.of(Granularity.PER_TENSOR, null))),
        POWERS_OF_TWO(QuantizeStep.builder().scheme(Scheme.POWER_OF_TWO)),
        POWERS_OF_TWO_PER_TENSOR(
                QuantizeStep.builder()
                        .scheme(Scheme.POWER_OF_TWO)
                        .weights(WeightOptions.of(Granularity.PER_TENSOR, null)));

        private final QuantizeStep step;

        Weights(QuantizeStep.Builder builder) {
            this.step = builder.calibration(Int8Fixture.MIN_MAX).build();
        }

        FlatGraph quantize(Corrections corrections) {
            var corrected = step.toBuilder().corrections(corrections).build();
            return new PostTrainingInt8(corrected).quantize(GRAPH, List.of(IMAGES)).graph();
        }

        boolean arePowersOfTwo() {
            return this != PER_TENSOR;
        }

        boolean havePerChannelSteps() {
            return this == POWERS_OF_TWO;
        }
    }

    @TempDir private Path folder;

    static Stream<Arguments> all() {
        var corrections =
                List.of(
                        new Corrections(true, BiasCorrection.NONE, null),
                        new Corrections(null, BiasCorrection.EMPIRICAL, null),
                        new Corrections(null, BiasCorrection.ANALYTIC, null),
                        new Corrections(false, BiasCorrection.NONE, ROUNDING),
                        new Corrections(true, BiasCorrection.EMPIRICAL, ROUNDING));
        return Arrays.stream(Weights.values())
                .flatMap(weights -> corrections.stream().map(c -> Arguments.of(weights, c)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void weightsStayOnTheGridOfTheOption(Weights weights, Corrections corrections) {
        // When
        var corrected = weights.quantize(corrections);

        // Then
        for (var layer : LAYERS) {
            var grid = grid(corrected, layer);
            assertThat(grid.isPerChannel()).as(layer).isEqualTo(weights.havePerChannelSteps());
            for (int channel = 0; channel < grid.limits().length; channel++) {
                double exponent = Math.log(grid.scale(channel)) / Math.log(2);
                if (weights.arePowersOfTwo()) {
                    assertThat(exponent).isCloseTo(Math.rint(exponent), within(1e-5));
                }
            }
            assertThat(largestPair(corrected, layer)).as(layer).isBetween(40, 128);
        }
    }

    @ParameterizedTest
    @EnumSource
    void equalizationLosesLess(Weights weights) {
        assertThat(
                        error(
                                weights.quantize(new Corrections(true, BiasCorrection.NONE, null)),
                                "dense/bias"))
                .isLessThan(error(weights.quantize(Corrections.NONE), "dense/bias") * 0.8);
    }

    @ParameterizedTest
    @EnumSource
    void biasCorrectionLeavesNoMeanError(Weights weights) {
        // When
        var plain = weights.quantize(Corrections.NONE);
        var corrected = weights.quantize(new Corrections(null, BiasCorrection.EMPIRICAL, null));

        // Then
        for (var end : List.of("stem/relu", "deep/relu", "linear/relu", "dense/bias")) {
            assertThat(meanError(plain, end)).as(end).isPositive();
            assertThat(meanError(corrected, end)).as(end).isLessThan(meanError(plain, end) * 0.1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void learnedRoundingIsCloserToFloat(Weights weights) {
        assertThat(
                        error(
                                weights.quantize(
                                        new Corrections(false, BiasCorrection.NONE, ROUNDING)),
                                "linear/relu"))
                .isLessThan(error(weights.quantize(Corrections.NONE), "linear/relu"));
    }

    @ParameterizedTest
    @MethodSource("exported")
    void everyEngineComputesWhatTheGraphSimulates(Weights weights, ModelFormat format) {
        // Given
        var corrected = weights.quantize(new Corrections(true, BiasCorrection.EMPIRICAL, ROUNDING));

        // When
        var engine = EngineFixture.output(format, corrected, IMAGES, folder);

        // Then
        var expected = Int8Fixture.output(corrected, IMAGES);
        double loss = EngineFixture.relativeError(Int8Fixture.output(GRAPH, IMAGES), expected);
        assertThat(loss).isLessThan(0.1);
        assertThat(EngineFixture.relativeError(expected, engine)).isLessThan(0.02);
    }

    static Stream<Arguments> exported() {
        return Arrays.stream(Weights.values())
                .flatMap(w -> Arrays.stream(ModelFormat.values()).map(f -> Arguments.of(w, f)));
    }

    private static NodeWeights weights(FlatGraph graph, String layer) {
        var quantizer = graph.input(graph.node(layer), 1);
        return new NodeWeights(
                FakeQuantization.of(graph, quantizer).orElseThrow(),
                FloatTensor.of(graph.input(quantizer, 0)));
    }

    /** The weights of a layer, and what rounds them. */
    private record NodeWeights(Quantization grid, FloatTensor values) {}

    private static Quantization grid(FlatGraph graph, String layer) {
        return weights(graph, layer).grid();
    }

    /**
     * The largest sum, in steps, of two neighbouring weights of an output channel, or the largest
     * weight of a depthwise layer. Every weight is checked to be a multiple of its step.
     */
    private static int largestPair(FlatGraph graph, String layer) {
        var weights = weights(graph, layer);
        int outputs = layer.equals("deep") ? 16 : (int) last(weights.values().shape());
        var values = weights.values().values();
        var previous = new int[outputs];
        int largest = 0;
        for (int i = 0; i < values.length; i++) {
            int channel = weights.grid().isPerChannel() ? i % outputs : 0;
            double steps = values[i] / weights.grid().scale(channel);
            assertThat(steps).isCloseTo(Math.rint(steps), within(1e-3));
            int integer = (int) Math.rint(steps);
            int pair = layer.equals("deep") ? integer : integer + previous[i % outputs];
            largest = Math.max(largest, Math.abs(pair));
            previous[i % outputs] = integer;
        }
        return largest;
    }

    private static long last(long[] shape) {
        return shape[shape.length - 1];
    }

    private static double error(FlatGraph quantized, String tensor) {
        var expected = run(GRAPH, tensor).values();
        var actual = run(quantized, tensor).values();
        return IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.pow(expected[i] - actual[i], 2))
                .sum();
    }

    /** The L2 norm of the mean errors of the channels. */
    private static double meanError(FlatGraph quantized, String tensor) {
        var expected = run(GRAPH, tensor);
        var actual = run(quantized, tensor).values();
        var sums = new double[(int) last(expected.shape())];
        for (int i = 0; i < actual.length; i++) {
            sums[i % sums.length] += expected.values()[i] - actual[i];
        }
        return Math.sqrt(Arrays.stream(sums).map(sum -> sum * sum).sum())
                * sums.length
                / actual.length;
    }

    private static FloatTensor run(FlatGraph graph, String tensor) {
        try (var session = GraphSession.open(graph)) {
            return session.run(IMAGES, TensorRef.of(tensor));
        }
    }

    /** A depthwise convolution whose channels differ by up to 8 times, and a linear one behind. */
    private static FlatGraph graph() {
        var net = new NetBuilder(31, -1, 12, 12, 3);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 16, 1));
        var deep = net.bias("deep/bias", net.depthwise("deep", stem, 3, 16), 16);
        var relu = net.unary("Relu", "deep/relu", deep);
        var linear = net.convBias("linear", relu, 1, 16, 12, 1);
        var mean = net.globalMean("mean", net.unary("Relu", "linear/relu", linear), false);
        var graph = net.build(net.dense("dense", mean, 12, 5));
        return Unbalancing.between(graph, "deep/kernel", "deep/bias/values", "linear/kernel", 8, 3);
    }
}

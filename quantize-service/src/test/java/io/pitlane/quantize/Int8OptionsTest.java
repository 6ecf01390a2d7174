package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.quantization.WeightQuantization;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Options of int8, in the quantized graph and in the exports made of it. */
class Int8OptionsTest {
    private static final FloatTensor IMAGES = Int8Fixture.signed(4, 16, 16, 3);
    private static final FlatGraph GRAPH = graph();

    @TempDir private Path folder;

    static Stream<Arguments> combinations() {
        return Arrays.stream(ActivationOptions.Type.values())
                .flatMap(
                        type ->
                                Arrays.stream(Granularity.values())
                                        .flatMap(
                                                granularity ->
                                                        Arrays.stream(ModelFormat.values())
                                                                .map(
                                                                        format ->
                                                                                Arguments.of(
                                                                                        type,
                                                                                        granularity,
                                                                                        format))));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void everyEngineComputesWhatTheGraphSimulates(
            ActivationOptions.Type type, Granularity granularity, ModelFormat format) {
        // Given
        var simulated = quantize(options(type, granularity));

        // When
        var engine = EngineFixture.output(format, simulated, IMAGES, folder);

        // Then
        var expected = Int8Fixture.output(simulated, IMAGES);
        double loss = EngineFixture.relativeError(Int8Fixture.output(GRAPH, IMAGES), expected);
        assertThat(loss).isBetween(1e-3, 0.05);
        assertThat(EngineFixture.relativeError(expected, engine)).isLessThan(loss / 2);
    }

    @Test
    void symmetricActivationsHaveNoZeroPoint() {
        // When
        var symmetric = activation(ActivationOptions.Type.SYMMETRIC, "linear/bias");
        var asymmetric = activation(ActivationOptions.Type.ASYMMETRIC, "linear/bias");

        // Then
        assertThat(symmetric.signed()).isTrue();
        assertThat(symmetric.zeroPoint()).isZero();
        assertThat(asymmetric.signed()).isFalse();
        assertThat(asymmetric.zeroPoint()).isBetween(64, 192);
        assertThat(activation(ActivationOptions.Type.SYMMETRIC, "stem/relu"))
                .isEqualTo(activation(ActivationOptions.Type.ASYMMETRIC, "stem/relu"));
    }

    @Test
    void weightsOfOneScaleLoseMore() {
        // When
        var perChannel =
                quantize(options(ActivationOptions.Type.ASYMMETRIC, Granularity.PER_CHANNEL));
        var perTensor =
                quantize(options(ActivationOptions.Type.ASYMMETRIC, Granularity.PER_TENSOR));

        // Then
        assertThat(weights(perTensor).isPerChannel()).isFalse();
        assertThat(Int8Fixture.relativeError(GRAPH, perTensor, IMAGES))
                .isGreaterThan(Int8Fixture.relativeError(GRAPH, perChannel, IMAGES));
    }

    @Test
    void changedWeightsOfOneScaleGetTheScaleThatTheirPairsNeed() {
        // Given
        var quantized =
                quantize(options(ActivationOptions.Type.ASYMMETRIC, Granularity.PER_TENSOR));
        var before = weights(quantized);
        var changed = quantized.edit();
        changed.put(
                FloatTensor.of(quantized.node("stem/kernel"))
                        .map(w -> 2 * w)
                        .toConst("stem/kernel"));

        // When
        var again = weights(WeightQuantization.roundedAgain(changed.build()));

        // Then
        assertThat(again.isPerChannel()).isFalse();
        assertThat(again.limit() / before.limit()).isCloseTo(2, within(0.02f));
    }

    private static Quantization weights(FlatGraph quantized) {
        return QuantizedGraph.of(quantized).of(TensorRef.of("stem/kernel")).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aLayerThatIsLeftFloatKeepsItsWeights(ModelFormat format) {
        // Given
        var step = Int8Fixture.PLAIN.toBuilder().floatLayers(List.of("lin*", "dense")).build();

        // When
        var quantized = new PostTrainingInt8(step).quantize(GRAPH, List.of(IMAGES));

        // Then
        assertThat(quantized.notes())
                .containsExactly(
                        "3 of 5 layers in int8",
                        "left float: linear: the plan leaves it float",
                        "left float: dense: the plan leaves it float");
        assertThat(QuantizedGraph.of(quantized.graph()).quantizations())
                .containsKey(TensorRef.of("stem/kernel"))
                .doesNotContainKey(TensorRef.of("linear/kernel"))
                .doesNotContainKey(TensorRef.of("dense/kernel"));
        assertThat(FloatTensor.of(quantized.graph().node("linear/kernel")).values())
                .isEqualTo(FloatTensor.of(GRAPH.node("linear/kernel")).values());
        var engine = EngineFixture.output(format, quantized.graph(), IMAGES, folder);
        var expected = Int8Fixture.output(quantized.graph(), IMAGES);
        assertThat(EngineFixture.relativeError(expected, engine)).isLessThan(0.01);
    }

    static ModelFormat[] formats() {
        return ModelFormat.values();
    }

    @Test
    void aNameThatIsNoLayerIsAnErrorWithTheNearestOne() {
        // Given
        var step = Int8Fixture.PLAIN.toBuilder().floatLayers(List.of("stem", "linaer")).build();

        // Then
        assertThatThrownBy(() -> new PostTrainingInt8(step).quantize(GRAPH, List.of(IMAGES)))
                .hasMessageContaining("quantize.float: the model has no layer 'linaer'")
                .hasMessageContaining("stem, deep, linear, last, dense")
                .isInstanceOfSatisfying(
                        FailureException.class,
                        failure ->
                                assertThat(failure.action())
                                        .isEqualTo("Write 'linear', if that is meant."));
    }

    private static Quantization activation(ActivationOptions.Type type, String tensor) {
        return QuantizedGraph.of(quantize(options(type, Granularity.PER_CHANNEL)))
                .of(TensorRef.of(tensor))
                .orElseThrow();
    }

    private static QuantizeStep options(ActivationOptions.Type type, Granularity granularity) {
        return Int8Fixture.PLAIN.toBuilder()
                .activations(new ActivationOptions(type))
                .weights(new WeightOptions(granularity, null))
                .build();
    }

    private static FlatGraph quantize(QuantizeStep options) {
        return new PostTrainingInt8(options).quantize(GRAPH, List.of(IMAGES)).graph();
    }

    /** A linear bottleneck between a depthwise and another convolution, of signed images. */
    private static FlatGraph graph() {
        var net = new NetBuilder(31, -1, 16, 16, 3);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 16, 1));
        var deep = net.bias("deep/bias", net.depthwise("deep", stem, 3, 16), 16);
        var six = net.unary("Relu6", "deep/relu", deep);
        var linear = net.convBias("linear", six, 1, 16, 12, 1);
        var last = net.unary("Relu", "last/relu", net.convBias("last", linear, 3, 12, 8, 2));
        return net.build(net.dense("dense", net.globalMean("mean", last, false), 8, 5));
    }
}

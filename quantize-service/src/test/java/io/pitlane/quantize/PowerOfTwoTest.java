package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** int8 with steps of 2^-n. */
class PowerOfTwoTest {
    private static final FloatTensor IMAGES = Int8Fixture.signed(4, 16, 16, 3);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"127, 1", "128, 2", "1, 0.015625", "0.99, 0.0078125", "1.01, 0.015625"})
    void theStepIsTheNextPowerOfTwo(float limit, double step) {
        assertThat(Quantization.signed(limit).withPowerOfTwoSteps().scale()).isEqualTo(step);
    }

    @Test
    void aZeroPointMovesWithTheStep() {
        // Given a step of 0.01 and a range of -1..1.55
        var linear = Quantization.unsigned(2.55f, 100);

        // When
        var shifted = linear.withPowerOfTwoSteps();

        // Then: 1 / (1 / 64) = 64
        assertThat(shifted.scale()).isEqualTo(1 / 64.0);
        assertThat(shifted.zeroPoint()).isEqualTo(64);
    }

    @ParameterizedTest
    @EnumSource
    void everyScaleOfAModelIsAPowerOfTwo(ActivationOptions.Type type) {
        var quantized = QuantizedGraph.of(quantize(type)).quantizations();

        assertThat(quantized).hasSizeGreaterThan(4);
        for (var quantization : quantized.values()) {
            for (int channel = 0; channel < quantization.limits().length; channel++) {
                double exponent = Math.log(quantization.scale(channel)) / Math.log(2);
                assertThat(exponent).isCloseTo(Math.rint(exponent), within(1e-5));
            }
        }
    }

    @Test
    void weightsAreRoundedToMultiplesOfTheirStep() {
        // Given
        var graph = graph();
        var quantized = quantize(ActivationOptions.Type.SYMMETRIC);

        // When
        var weights = FloatTensor.of(quantized.node("linear/kernel")).values();

        // Then
        var original = FloatTensor.of(graph.node("linear/kernel")).values();
        var steps = QuantizedGraph.of(quantized).of(TensorRef.of("linear/kernel")).orElseThrow();
        for (int i = 0; i < weights.length; i++) {
            double step = steps.scale(i % 12);
            assertThat((double) weights[i])
                    .isCloseTo(Math.rint(original[i] / step) * step, within(1e-7));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyEngineRunsIt(ModelFormat format) {
        // Given
        var simulated = quantize(ActivationOptions.Type.SYMMETRIC);

        // When
        var engine = EngineFixture.output(format, simulated, IMAGES, folder);

        // Then
        var expected = Int8Fixture.output(simulated, IMAGES);
        double loss = EngineFixture.relativeError(Int8Fixture.output(graph(), IMAGES), expected);
        assertThat(loss).isBetween(1e-3, 0.1);
        assertThat(EngineFixture.relativeError(expected, engine)).isLessThan(loss / 2);
    }

    private static FlatGraph quantize(ActivationOptions.Type type) {
        var step =
                QuantizeStep.builder()
                        .scheme(Scheme.POWER_OF_TWO)
                        .activations(new ActivationOptions(type))
                        .calibration(Int8Fixture.MIN_MAX)
                        .corrections(Corrections.NONE)
                        .build();
        return new PostTrainingInt8(step).quantize(graph(), List.of(IMAGES)).graph();
    }

    private static FlatGraph graph() {
        var net = new NetBuilder(31, -1, 16, 16, 3);
        var stem = net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 16, 1));
        var linear = net.convBias("linear", stem, 1, 16, 12, 1);
        var last = net.unary("Relu", "last/relu", net.convBias("last", linear, 3, 12, 8, 2));
        return net.build(net.dense("dense", net.globalMean("mean", last, false), 8, 5));
    }
}

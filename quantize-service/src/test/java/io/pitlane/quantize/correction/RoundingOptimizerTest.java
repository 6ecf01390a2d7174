package io.pitlane.quantize.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.quantization.Corrections.AdaRound;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.WeightQuantization;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundingOptimizerTest {
    private static final int INPUTS = 24;
    private static final int OUTPUTS = 6;
    private static final AdaRound OPTIONS = new AdaRound(600, 0.02, 0.1);

    private final Random random = new Random(3);
    private final float[] weights = normal(INPUTS * OUTPUTS);

    private float[] normal(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Samples of correlated inputs, whose outputs are those of the float weights. */
    private ReconstructionSamples samples(
            int count, FusedActivation activation, boolean depthwise) {
        var mixing = normal(6 * INPUTS);
        var bias = normal(OUTPUTS);
        var read = new float[count][];
        var wanted = new float[count][OUTPUTS];
        for (int sample = 0; sample < count; sample++) {
            var hidden = normal(6);
            read[sample] = new float[depthwise ? INPUTS * OUTPUTS : INPUTS];
            for (int i = 0; i < read[sample].length; i++) {
                for (int j = 0; j < 6; j++) {
                    read[sample][i] += hidden[j] * mixing[(6 * i + j) % mixing.length];
                }
            }
            for (int output = 0; output < OUTPUTS; output++) {
                wanted[sample][output] = bias[output];
                for (int row = 0; row < INPUTS; row++) {
                    int at = depthwise ? row * OUTPUTS + output : row;
                    wanted[sample][output] += read[sample][at] * weights[row * OUTPUTS + output];
                }
            }
        }
        var images = IntStream.range(0, count).toArray();
        return new ReconstructionSamples(read, wanted, images, bias, activation, depthwise);
    }

    private static Quantization quantization(float[] weights, int bits) {
        var limits = new float[OUTPUTS];
        for (int i = 0; i < weights.length; i++) {
            limits[i % OUTPUTS] = Math.max(limits[i % OUTPUTS], Math.abs(weights[i]));
        }
        return new Quantization(bits, true, limits, 0, 1);
    }

    private static float[] nearest(float[] weights, Quantization quantization) {
        var rounded = new float[weights.length];
        for (int i = 0; i < rounded.length; i++) {
            int channel = i % OUTPUTS;
            rounded[i] =
                    quantization.dequantize(quantization.quantize(weights[i], channel), channel);
        }
        return rounded;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theGradientIsThatOfFiniteDifferences(boolean depthwise) {
        // Given
        var samples = samples(20, FusedActivation.RELU6, depthwise);
        var importance = DoubleStream.of(1, 2, 0.5, 1, 3, 0.1).toArray();
        var shifted = weights.clone();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] += (float) random.nextGaussian() * 0.1f;
        }

        // When
        var gradient = samples.gradient(shifted, importance);

        // Then
        float step = 1e-3f;
        int compared = 0;
        for (int i = 0; i < shifted.length; i++) {
            var above = shifted.clone();
            var below = shifted.clone();
            above[i] += step;
            below[i] -= step;
            double difference =
                    (loss(samples, above, importance) - loss(samples, below, importance))
                            / (above[i] - below[i]);
            assertThat((double) gradient[i])
                    .isCloseTo(difference, within(0.02 + 0.02 * Math.abs(difference)));
            compared += Math.abs(difference) > 0.1 ? 1 : 0;
        }
        assertThat(compared).isGreaterThan(20);
    }

    private static double loss(
            ReconstructionSamples samples, float[] weights, double[] importance) {
        var errors = samples.errors(weights);
        return IntStream.range(0, errors.length).mapToDouble(i -> errors[i] * importance[i]).sum();
    }

    @Test
    void theSlopesOfTheRoundingAreThoseOfFiniteDifferences() {
        for (double variable = -4; variable <= 4; variable += 0.13) {
            double step = 1e-6;
            double slope =
                    (SoftRounding.of(variable + step) - SoftRounding.of(variable - step))
                            / (2 * step);
            assertThat(SoftRounding.slope(variable)).isCloseTo(slope, within(1e-6));
        }
        for (double share = 0.03; share < 1; share += 0.07) {
            double step = 1e-6;
            double slope = (indecision(share + step, 4) - indecision(share - step, 4)) / (2 * step);
            assertThat(SoftRounding.indecisionSlope(share, 4)).isCloseTo(slope, within(1e-5));
            assertThat(SoftRounding.of(SoftRounding.inverse(share))).isCloseTo(share, within(1e-9));
        }
    }

    private static double indecision(double share, double sharpness) {
        return 1 - Math.pow(Math.abs(2 * share - 1), sharpness);
    }

    @ParameterizedTest
    @EnumSource(FusedActivation.class)
    void learnedRoundingIsCloserThanTheNearestOnOtherSamples(FusedActivation activation) {
        // Given
        var all = samples(3700, activation, false);
        var quantization = quantization(weights, 4);

        // When
        var learned =
                new RoundingOptimizer(OPTIONS, weights, quantization, OUTPUTS)
                        .optimize(all.select(IntStream.range(0, 3000)), new Random(1));

        // Then
        var others = all.select(IntStream.range(3000, 3700));
        double before = sum(others.errors(nearest(weights, quantization)));
        assertThat(sum(others.errors(learned))).isLessThan(before * 0.7);
    }

    @ParameterizedTest
    @EnumSource(FusedActivation.class)
    void atTheEndOfADescentNoOtherRoundingOfOneWeightIsCloser(FusedActivation activation) {
        // Given
        var samples = samples(200, activation, activation == FusedActivation.RELU6);
        var quantization = quantization(weights, 4);
        var lower = new float[weights.length];
        var upper = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            int channel = i % OUTPUTS;
            int integer = (int) Math.floor(weights[i] / quantization.scale(channel));
            lower[i] = quantization.dequantize(integer, channel);
            upper[i] = quantization.dequantize(Math.min(integer + 1, 7), channel);
        }

        // When
        var end = new RoundingDescent(samples, lower, upper).from(lower);

        // Then
        double error = sum(samples.errors(end));
        assertThat(error).isLessThan(sum(samples.errors(lower)) / 2);
        for (int i = 0; i < weights.length; i++) {
            assertThat(end[i]).isIn(lower[i], upper[i]);
            var other = end.clone();
            other[i] = end[i] == lower[i] ? upper[i] : lower[i];
            assertThat(sum(samples.errors(other))).isGreaterThan(error * (1 - 1e-5));
        }
    }

    @Test
    void whatIsLearnedFromOneImageAndNotTrueOfOthersIsRoundedToTheNearest() {
        // Given outputs that are the float ones on the images that are held out, and others'
        var quantization = quantization(weights, 8);
        var samples = samples(500, FusedActivation.NONE, false);
        for (int sample = 0; sample < samples.size(); sample++) {
            if (!HeldOutImages.contains(sample)) {
                for (int output = 0; output < OUTPUTS; output++) {
                    samples.wanted()[sample][output] += 0.1f * samples.read()[sample][output];
                }
            }
        }

        // When
        var learned =
                new RoundingOptimizer(OPTIONS, weights, quantization, OUTPUTS)
                        .optimize(samples, new Random(1));

        // Then
        assertThat(learned).isEqualTo(nearest(weights, quantization));
    }

    @Test
    void theSameSeedGivesTheSameWeights() {
        // Given
        var samples = samples(200, FusedActivation.RELU, true);
        var quantization = quantization(weights, 4);

        // When
        var one =
                new RoundingOptimizer(OPTIONS, weights, quantization, OUTPUTS)
                        .optimize(samples, new Random(1));
        var other =
                new RoundingOptimizer(OPTIONS, weights, quantization, OUTPUTS)
                        .optimize(samples, new Random(1));

        // Then
        assertThat(one).isEqualTo(other).isNotEqualTo(nearest(weights, quantization));
    }

    @Test
    void weightsGoToANeighbourAndTheirPairsStayBounded() {
        // Given weights of which many pairs are at the bound, and a third are zeros
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 3 == 0 ? 0 : Math.signum(weights[i]) * (1 + i % 7 * 1e-3f);
        }
        var quantization =
                WeightQuantization.of(new FloatTensor(weights, INPUTS, OUTPUTS), 1).quantization();

        // When
        var learned =
                new RoundingOptimizer(OPTIONS, weights, quantization, OUTPUTS)
                        .optimize(samples(300, FusedActivation.NONE, false), new Random(1));

        // Then
        var last = new int[OUTPUTS];
        int changed = 0;
        for (int i = 0; i < weights.length; i++) {
            int channel = i % OUTPUTS;
            double steps = weights[i] / quantization.scale(channel);
            int integer = quantization.quantize(learned[i], channel);
            assertThat(integer).isBetween((int) Math.floor(steps), (int) Math.ceil(steps));
            assertThat(learned[i]).isEqualTo(quantization.dequantize(integer, channel));
            assertThat(Math.abs(integer + last[channel])).isLessThanOrEqualTo(128);
            last[channel] = integer;
            changed += integer == Math.rint(steps) ? 0 : 1;
        }
        assertThat(changed).isPositive();
        assertThat(learned[0]).isZero();
    }

    private static double sum(double[] values) {
        return DoubleStream.of(values).sum();
    }
}

package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.WeightQuantization;
import org.junit.jupiter.api.Test;

class WeightQuantizationTest {
    private static final int LAST = 3;

    private final FloatTensor weights = new NetBuilder(8, -1, 1).weights(3, 3, 7, 5);

    @Test
    void everyChannelUsesTheFullRange() {
        // Given weights without large neighbours
        var sparse = weights.values().clone();
        for (int i = 0; i < sparse.length; i++) {
            sparse[i] *= i / 5 % 2;
        }

        // When
        var int8 = WeightQuantization.of(new FloatTensor(sparse, weights.shape()), LAST);

        // Then
        var integers = integers(int8, LAST);
        for (int channel = 0; channel < 5; channel++) {
            int largest = 0;
            for (int i = channel; i < integers.length; i += 5) {
                largest = Math.max(largest, Math.abs(integers[i]));
            }
            assertThat(largest).isEqualTo(127);
        }
    }

    @Test
    void theRoundingErrorIsAtMostHalfAStep() {
        // When
        var int8 = WeightQuantization.of(weights, LAST);

        // Then
        for (int i = 0; i < weights.values().length; i++) {
            float scale = int8.quantization().scales()[i % 5];
            assertThat(int8.rounded().values()[i])
                    .isCloseTo(weights.values()[i], within(scale * 0.501f));
        }
    }

    @Test
    void sumsOfTwoProductsFitInto16Bits() {
        for (int axis : new int[] {LAST, 0}) {
            // When
            var integers = integers(WeightQuantization.of(weights, axis), axis);

            // Then
            int outputs = axis == LAST ? 5 : 3;
            int inputs = integers.length / outputs;
            for (int output = 0; output < outputs; output++) {
                for (int i = 0; i + 1 < inputs; i++) {
                    int at = axis == LAST ? i * outputs + output : output * inputs + i;
                    int next = at + (axis == LAST ? outputs : 1);
                    int sum = 255 * integers[at] + 255 * integers[next];
                    assertThat(sum).isBetween((int) Short.MIN_VALUE, (int) Short.MAX_VALUE);
                }
            }
        }
    }

    @Test
    void roundedWeightsAreRoundedToThemselves() {
        // Given
        var int8 = WeightQuantization.of(weights, LAST);

        // When
        var again = int8.rounded().values();

        // Then
        for (int i = 0; i < again.length; i++) {
            int integer = int8.quantization().quantize(again[i], i % 5);
            assertThat(int8.quantization().dequantize(integer, i % 5)).isEqualTo(again[i]);
        }
    }

    @Test
    void aChannelOfZerosStaysZero() {
        // When
        var int8 = WeightQuantization.of(new FloatTensor(new float[12], 1, 1, 4, 3), LAST);

        // Then
        assertThat(int8.rounded().values()).containsOnly(0);
        assertThat(int8.quantization().scales()).containsOnly(1f);
    }

    @Test
    void withOneScaleTheLargestPairOfAllChannelsIsTheLimit() {
        // Given two output channels: 1, 3, -2 and 0.25, 0.5, 0.5
        var values = new float[] {1, 0.25f, 3, 0.5f, -2, 0.5f};

        // When
        var int8 = WeightQuantization.perTensor(new FloatTensor(values, 1, 3, 1, 2), LAST);

        // Then: 1 + 3 is the largest sum of neighbours, so a step is 4 / 127
        assertThat(int8.quantization()).isEqualTo(Quantization.signed(4));
        float step = 4f / 127;
        assertThat(int8.rounded().values())
                .containsExactly(
                        new float[] {
                            32 * step, 8 * step, 95 * step, 16 * step, -64 * step, 16 * step
                        },
                        within(1e-6f));
    }

    @Test
    void aDepthwiseKernelWithOneScaleUsesItsLargestWeight() {
        // Given two channels: 1, 3 and -0.25, 0.5
        var values = new float[] {1, -0.25f, 3, 0.5f};

        // When
        var int8 = WeightQuantization.depthwisePerTensor(new FloatTensor(values, 1, 2, 2, 1));

        // Then
        assertThat(int8.quantization()).isEqualTo(Quantization.signed(3));
        assertThat(int8.rounded().values()[2]).isEqualTo(3);
    }

    private static int[] integers(WeightQuantization int8, int axis) {
        var values = int8.rounded().values();
        var integers = new int[values.length];
        for (int i = 0; i < integers.length; i++) {
            int channel = axis == LAST ? i % 5 : i / (3 * 7 * 5);
            integers[i] = int8.quantization().quantize(values[i], channel);
        }
        return integers;
    }
}

package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.FloatTensor;
import org.junit.jupiter.api.Test;

class Int8WeightsTest {
    private final FloatTensor weights = new NetBuilder(8, -1, 1).weights(3, 3, 7, 5);

    @Test
    void everyChannelUsesTheFullRange() {
        // Given weights without large neighbours
        var sparse = weights.values().clone();
        for (int i = 0; i < sparse.length; i++) {
            sparse[i] *= i / 5 % 2;
        }

        // When
        var int8 = Int8Weights.of(new FloatTensor(sparse, weights.shape()), true);

        // Then
        for (int channel = 0; channel < 5; channel++) {
            int largest = 0;
            for (int i = channel; i < int8.bytes().length; i += 5) {
                largest = Math.max(largest, Math.abs(int8.bytes()[i]));
            }
            assertThat(largest).isEqualTo(127);
        }
    }

    @Test
    void theRoundingErrorIsAtMostHalfAStep() {
        // When
        var int8 = Int8Weights.of(weights, true);

        // Then
        for (int i = 0; i < int8.bytes().length; i++) {
            float scale = int8.scales()[i % 5];
            assertThat(int8.bytes()[i] * scale)
                    .isCloseTo(weights.values()[i], within(scale * 0.501f));
        }
    }

    @Test
    void sumsOfTwoProductsFitInto16Bits() {
        for (boolean outputsLast : new boolean[] {true, false}) {
            // When
            var int8 = Int8Weights.of(weights, outputsLast);

            // Then
            int outputs = outputsLast ? 5 : 3;
            int inputs = int8.bytes().length / outputs;
            for (int output = 0; output < outputs; output++) {
                for (int i = 0; i + 1 < inputs; i++) {
                    int at = outputsLast ? i * outputs + output : output * inputs + i;
                    int next = at + (outputsLast ? outputs : 1);
                    int sum = 255 * int8.bytes()[at] + 255 * int8.bytes()[next];
                    assertThat(sum).isBetween((int) Short.MIN_VALUE, (int) Short.MAX_VALUE);
                }
            }
        }
    }

    @Test
    void aChannelOfZerosStaysZero() {
        // When
        var int8 = Int8Weights.of(new FloatTensor(new float[12], 1, 1, 4, 3), true);

        // Then
        assertThat(int8.bytes()).containsOnly(0);
        assertThat(int8.scales()).containsOnly(1f);
    }

    @Test
    void aSumIsThatOfTheRoundedWeightsOfAChannel() {
        for (boolean outputsLast : new boolean[] {true, false}) {
            // When
            var int8 = Int8Weights.of(weights, outputsLast);

            // Then
            int outputs = outputsLast ? 5 : 3;
            var sums = new double[outputs];
            for (int i = 0; i < int8.bytes().length; i++) {
                int output = outputsLast ? i % 5 : i / (3 * 7 * 5);
                sums[output] += (double) int8.bytes()[i] * int8.scales()[output];
            }
            for (int output = 0; output < outputs; output++) {
                assertThat(int8.sum(output)).isCloseTo(sums[output], within(1e-9));
            }
        }
    }
}

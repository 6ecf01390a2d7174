package io.pitlane.prune.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LatencyFitTest {

    @Test
    void aProductOfChannelsIsPredictedExactly() {
        // Given: linear along each axis, as multiply-accumulates are
        var grid = LatencyFit.of(new int[] {32, 64}, 1, left -> 0.1 + 0.002 * left[0] * left[1]);

        // Then
        for (int in = 1; in <= 32; in += 3) {
            for (int out = 1; out <= 64; out += 7) {
                assertThat(grid.at(new int[] {in, out}))
                        .isCloseTo(0.1 + 0.002 * in * out, within(1e-4));
            }
        }
    }

    @Test
    void moreChannelsAreNeverFasterWhateverWasMeasured() {
        // Given times with large errors, some of more channels shorter than those of fewer
        var random = new Random(5);
        var grid =
                LatencyFit.of(
                        new int[] {32, 64},
                        1,
                        left -> Math.max(0, 0.01 * left[0] + 0.2 * random.nextGaussian()));

        // Then
        for (int in = 1; in < 32; in++) {
            for (int out = 1; out < 64; out++) {
                double here = grid.at(new int[] {in, out});
                assertThat(here).isNotNegative();
                assertThat(grid.at(new int[] {in + 1, out})).isGreaterThanOrEqualTo(here);
                assertThat(grid.at(new int[] {in, out + 1})).isGreaterThanOrEqualTo(here);
            }
        }
    }

    @Test
    void theErrorsOfThePointsEvenOut() {
        // Given a tenth of error at each of 25 points
        var random = new Random(6);
        ToDoubleFunction<int[]> exact = left -> 0.1 + 0.002 * left[0] * left[1];

        // When
        var grid =
                LatencyFit.of(
                        new int[] {32, 64},
                        1,
                        left -> exact.applyAsDouble(left) * (1 + 0.1 * random.nextGaussian()));

        // Then
        for (var left : new int[][] {{32, 64}, {16, 32}, {8, 60}, {30, 10}}) {
            double value = exact.applyAsDouble(left);
            assertThat(grid.at(left)).isCloseTo(value, within(0.06 * value));
        }
    }

    @Test
    void anAxisOfLessThanAUnitHasOnePoint() {
        assertThat(LatencyFit.of(new int[] {12}, 16, left -> left[0]).at(new int[] {12}))
                .isEqualTo(12);
    }

    @Test
    void aLayerWithoutAxesHasOneFigure() {
        assertThat(LatencyFit.of(new int[0], 1, left -> 3).at(new int[0])).isEqualTo(3);
    }

    @Test
    void aLayerThatTookNoTimeTakesNone() {
        assertThat(LatencyFit.of(new int[] {64}, 1, left -> 0).at(new int[] {9})).isZero();
    }
}

package io.pitlane.prune.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatencyGridTest {

    @Test
    void aProductOfChannelsIsPredictedExactly() {
        // Given: linear along each axis, as multiply-accumulates are
        var grid = LatencyGrid.of(new int[] {32, 64}, 1, left -> 0.1 + 0.002 * left[0] * left[1]);

        // Then
        for (int in = 1; in <= 32; in += 3) {
            for (int out = 1; out <= 64; out += 7) {
                assertThat(grid.at(new int[] {in, out}))
                        .isCloseTo(0.1 + 0.002 * in * out, within(1e-9));
            }
        }
    }

    @Test
    void bothSidesOfTheStepAtHalfOfTheChannelsAreMeasured() {
        // Given: kernels that compute blocks of 16 channels
        var grid = LatencyGrid.of(new int[] {64}, 1, left -> Math.ceil(left[0] / 16.0));

        // Then
        assertThat(grid.at(new int[] {64})).isEqualTo(4);
        assertThat(grid.at(new int[] {35})).isEqualTo(3);
        assertThat(grid.at(new int[] {32})).isEqualTo(2);
        assertThat(grid.at(new int[] {19})).isEqualTo(2);
        assertThat(grid.at(new int[] {10})).isEqualTo(1);
        assertThat(grid.at(new int[] {13})).isCloseTo(1 + 3 / 9.0, within(1e-9));
    }

    @Test
    void anAxisOfLessThanAUnitHasOnePoint() {
        assertThat(LatencyGrid.of(new int[] {12}, 16, left -> left[0]).at(new int[] {12}))
                .isEqualTo(12);
    }

    @Test
    void aLayerWithoutAxesHasOneFigure() {
        assertThat(LatencyGrid.of(new int[0], 1, left -> 3).at(new int[0])).isEqualTo(3);
    }

    @Test
    void noPredictionIsNegative() {
        var grid = LatencyGrid.of(new int[] {64}, 1, left -> left[0] - 8);

        assertThat(grid.at(new int[] {1})).isZero();
    }
}

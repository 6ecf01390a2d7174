package io.pitlane.prune.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ChannelGridTest {
    private static final double[] SHARES = {0.25, 0.5, 1};

    @Test
    void everyCombinationIsMeasuredOnce() {
        // Given
        var measured = new ArrayList<Integer>();

        // When
        var values =
                ChannelGrid.of(new int[] {2, 40}, 1, SHARES)
                        .measured(
                                left -> {
                                    measured.add(left[0] * 1000 + left[1]);
                                    return measured.size();
                                });

        // Then
        assertThat(measured).containsExactly(1010, 1020, 1040, 2010, 2020, 2040);
        assertThat(values).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void thePointsAreMultiplesOfTheUnitOrAllChannels() {
        var grid = ChannelGrid.of(new int[] {70, 12}, 16, SHARES);

        assertThat(grid.points()).isDeepEqualTo(new int[][] {{16, 32, 64, 70}, {12}});
    }

    @Test
    void withoutAxesThereIsOneCombination() {
        assertThat(ChannelGrid.of(new int[0], 16, SHARES).combinations())
                .isDeepEqualTo(new int[][] {{}});
    }
}

package io.pitlane.graph.channels.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

class SaliencyLossTest {
    private static final SaliencyLoss LOSS = new SaliencyLoss();

    private static RankedGroup group(boolean isLoss, double... scores) {
        var channels = new int[] {0, 1, 2};
        return new RankedGroup(
                new ChannelGroup(List.of("conv"), List.of(), channels, List.of()),
                channels,
                scores,
                isLoss,
                channels);
    }

    @Test
    void scoresThatAreLossesAddUp() {
        var group = group(true, 0.1, 0.2, 0.4);

        assertThat(LOSS.of(group, 0)).isZero();
        assertThat(LOSS.of(group, 2)).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void ofOtherScoresTheShareThatIsKeptCounts() {
        assertThat(LOSS.of(group(false, 1, 2, 5), 2))
                .isCloseTo(Math.log(8.0 / 5), within(1e-12))
                .isCloseTo(LOSS.of(group(false, 10, 20, 50), 2), within(1e-12));
    }
}

package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.finding.ChannelSensitivity.Group;
import io.pitlane.contract.finding.ChannelSensitivity.Point;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.graph.channels.allocation.RankedGroup;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasuredLossTest {
    private static final List<String> LAYERS = List.of("conv");
    private static final int[] CHANNELS = IntStream.range(0, 8).toArray();
    private static final RankedGroup GROUP =
            new RankedGroup(
                    new ChannelGroup(LAYERS, List.of(), CHANNELS, List.of()),
                    CHANNELS,
                    new double[] {1, 1, 2, 6, 6, 7, 8, 9},
                    false,
                    CHANNELS);

    @Test
    void betweenTwoPointsTheLossGrowsWithTheSaliencyRemoved() {
        // Given divergences of 0.1 without 2 and 0.5 without 4 of 8 channels
        var loss = loss(error(null, 0.1), error(null, 0.5));

        assertThat(loss.of(GROUP, 0)).isZero();
        assertThat(loss.of(GROUP, 1)).isCloseTo(0.05, within(1e-6));
        assertThat(loss.of(GROUP, 2)).isCloseTo(0.1, within(1e-9));
        assertThat(loss.of(GROUP, 3)).isCloseTo(0.1 + 0.4 * 2 / 8, within(1e-6));
        assertThat(loss.of(GROUP, 4)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void beyondTheLastPointTheLossGrowsWithThePowerOfTheLastTwo() {
        var loss = loss(error(null, 0.1), error(null, 0.4));

        // Twice the channels, four times the loss
        assertThat(loss.of(GROUP, 8)).isCloseTo(1.6, within(1e-9));
        assertThat(loss.of(GROUP, 6)).isCloseTo(0.4 * 2.25, within(1e-9));
    }

    @Test
    void withoutClassesTheLossIsTheNoiseOfTheOutputs() {
        var loss = loss(error(20.0, null), error(10.0, null));

        assertThat(loss.of(GROUP, 2)).isCloseTo(0.01, within(1e-9));
        assertThat(loss.of(GROUP, 4)).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void aLossThatFallsIsNoiseOfTheMeasurement() {
        var loss = loss(error(null, 0.2), error(null, 0.1));

        assertThat(loss.of(GROUP, 4)).isCloseTo(0.2, within(1e-9));
        assertThat(loss.of(GROUP, 6)).isCloseTo(0.3, within(1e-9));
    }

    private static MeasuredLoss loss(OutputError withoutTwo, OutputError withoutFour) {
        var points = List.of(new Point(0.25, 2, withoutTwo), new Point(0.5, 4, withoutFour));
        return new MeasuredLoss(
                new ChannelSensitivity(100, null, null, List.of(new Group(LAYERS, 8, 0, points))));
    }

    private static OutputError error(Double sqnr, Double divergence) {
        return new OutputError(sqnr, divergence, null, null);
    }
}

package io.pitlane.prune.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyCorrectionTest {

    @Test
    void theCorrectionIsTheLineThroughBothModels() {
        var line = LatencyCorrection.of(new double[] {3, 1}, new double[] {7, 3});

        assertThat(List.of(line.millis(3), line.millis(1), line.millis(2)))
                .containsExactly(7.0, 3.0, 5.0);
    }

    @Test
    void aModelOfWhichALineWouldPredictLessThanNoTimeIsOnAPowerLaw() {
        var curve = LatencyCorrection.of(new double[] {4, 2}, new double[] {16, 4});

        assertThat(curve.millis(4)).isCloseTo(16, within(1e-9));
        assertThat(curve.millis(2)).isCloseTo(4, within(1e-9));
        assertThat(curve.millis(1)).isCloseTo(1, within(1e-9));
    }

    @Test
    void aLatencyIsTurnedIntoTheSumThatHasIt() {
        var line = LatencyCorrection.of(new double[] {3, 1}, new double[] {7, 3});
        var curve = LatencyCorrection.of(new double[] {4, 2}, new double[] {16, 4});

        assertThat(line.sum(5)).isCloseTo(2, within(1e-9));
        assertThat(line.millis(line.sum(0.5))).isEqualTo(0.5);
        assertThat(curve.sum(1)).isCloseTo(1, within(1e-9));
    }

    @Test
    void aSmallerModelThatIsNoFasterGivesAProportionalCorrection() {
        var line = LatencyCorrection.of(new double[] {4, 1}, new double[] {6, 6.5});

        assertThat(line.fixed()).isZero();
        assertThat(line.millis(4)).isEqualTo(6);
        assertThat(line.millis(2)).isEqualTo(3);
    }

    @Test
    void sumsThatHardlyDifferDoNotMakeACutModelTakeNoTime() {
        var curve = LatencyCorrection.of(new double[] {4, 3.9}, new double[] {16, 8});

        assertThat(curve.millis(4)).isCloseTo(16, within(1e-9));
        assertThat(curve.millis(2)).isCloseTo(4, within(1e-9));
    }
}

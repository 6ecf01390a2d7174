package io.pitlane.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.training.Training.Schedule;
import io.pitlane.contract.training.Training.Schedule.Decay;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
    private static final int STEPS_PER_EPOCH = 10;
    private static final long STEPS = 100;

    @Test
    void theCosineFallsFromTheHighestRateToZero() {
        var rate = schedule(Decay.COSINE, 0.0);

        assertThat(rate.at(0)).isEqualTo(0.4);
        assertThat(rate.at(25)).isCloseTo(0.2 * (1 + Math.sqrt(0.5)), within(1e-12));
        assertThat(rate.at(50)).isCloseTo(0.2, within(1e-12));
        assertThat(rate.at(99)).isCloseTo(0, within(2e-4));
    }

    @Test
    void theWarmUpRisesInALineAndTheCosineBeginsBehindIt() {
        var rate = schedule(Decay.COSINE, 2.0);

        assertThat(rate.at(0)).isCloseTo(0.02, within(1e-12));
        assertThat(rate.at(9)).isCloseTo(0.2, within(1e-12));
        assertThat(rate.at(19)).isCloseTo(0.4, within(1e-12));
        assertThat(rate.at(20)).isCloseTo(0.4, within(1e-12));
        assertThat(rate.at(60)).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void whatRemainsFallsInALineWhateverTheRateDoes() {
        var rate = schedule(Decay.STEP, 2.0);

        assertThat(rate.remaining(0)).isEqualTo(1);
        assertThat(rate.remaining(25)).isCloseTo(0.75, within(1e-12));
        assertThat(rate.remaining(99)).isCloseTo(0.01, within(1e-12));
    }

    @Test
    void stepsFallAtTheirSharesOfAllEpochs() {
        var rate = schedule(Decay.STEP, 0.0);

        assertThat(rate.at(49)).isEqualTo(0.4);
        assertThat(rate.at(50)).isCloseTo(0.04, within(1e-12));
        assertThat(rate.at(74)).isCloseTo(0.04, within(1e-12));
        assertThat(rate.at(75)).isCloseTo(0.004, within(1e-12));
    }

    @Test
    void aConstantRateStaysAfterTheWarmUp() {
        var rate = schedule(Decay.CONSTANT, 0.5);

        assertThat(rate.at(0)).isCloseTo(0.08, within(1e-12));
        assertThat(rate.at(5)).isEqualTo(0.4);
        assertThat(rate.at(99)).isEqualTo(0.4);
    }

    @Test
    void aWarmUpLongerThanTheTrainingOnlyRises() {
        var rate = schedule(Decay.COSINE, 20.0);

        assertThat(rate.at(99)).isCloseTo(0.2, within(1e-12));
    }

    private static LearningRateSchedule schedule(Decay decay, double warmUp) {
        return new LearningRateSchedule(
                new Schedule(decay, warmUp, List.of(0.5, 0.75), 0.1), 0.4, STEPS_PER_EPOCH, STEPS);
    }
}

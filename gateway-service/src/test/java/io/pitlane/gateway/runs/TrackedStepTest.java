package io.pitlane.gateway.runs;

import static io.pitlane.gateway.runs.RunFixtures.START;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.TrainingLoss;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrackedStepTest {
    private static final String RUN = "a run";

    private final TrackedStep step = new TrackedStep();

    private static Progress.Builder at(int seconds, double fraction) {
        return progress(RUN, 0, fraction, START.plusSeconds(seconds)).toBuilder();
    }

    private static Progress.Builder later(int seconds) {
        return Progress.builder().runId(RUN).at(START.plusSeconds(seconds));
    }

    private static TrainingLoss loss(String training, double epoch, double loss) {
        return new TrainingLoss(training, epoch, 1000, loss, null);
    }

    @Test
    void anEventKeepsWhatItDoesNotTell() {
        // Given
        step.accept(at(0, 0.25).replica("prune-1").attempt(2).build());

        // When
        var whole = step.accept(later(1).replica("prune-0").message("trial 3").build());

        // Then
        assertThat(whole.fraction()).isEqualTo(0.25);
        assertThat(whole.message()).isEqualTo("trial 3");
        assertThat(whole.replica()).isEqualTo("prune-1");
        assertThat(whole.attempt()).isEqualTo(2);
    }

    @Test
    void theLogIsPassedOnWhenItIsNewAndKept() {
        // When
        var first = step.accept(later(0).log("a line").build());
        var second = step.accept(at(1, 0.5).build());

        // Then
        assertThat(first.log()).isEqualTo("a line");
        assertThat(first.fraction()).isZero();
        assertThat(first.message()).isEmpty();
        assertThat(second.log()).isNull();
        assertThat(step.latest().log()).isEqualTo("a line");
        assertThat(step.brief().log()).isNull();
    }

    @Test
    void thePaceTellsWhenTheStepWillBeDone() {
        // Given
        step.accept(at(0, 0.1).build());
        assertThat(step.snapshot().pace()).isEmpty();

        // When
        step.accept(at(60, 0.4).build());

        // Then
        var pace = step.snapshot().pace().orElseThrow();
        assertThat(pace.perMinute()).isCloseTo(0.3, within(1e-9));
        assertThat(pace.left(START.plusSeconds(70))).isEqualTo(Duration.ofSeconds(110));
        assertThat(pace.left(START.plusSeconds(700))).isZero();
    }

    @Test
    void thePaceBeginsAgainWithAnotherAttempt() {
        // Given
        step.accept(at(0, 0.0).attempt(1).build());
        step.accept(at(60, 0.6).attempt(1).build());

        // When
        step.accept(at(70, 0.5).attempt(2).build());
        step.accept(at(80, 0.6).attempt(2).build());

        // Then
        assertThat(step.snapshot().pace().orElseThrow().perMinute()).isCloseTo(0.6, within(1e-9));
    }

    @Test
    void aTrainingThatGoesBackLosesThePointsAfter() {
        // When
        step.accept(later(0).loss(loss(null, 1, 0.9)).build());
        step.accept(later(1).loss(loss(null, 2, 0.8)).build());
        step.accept(later(2).loss(loss(null, 1.5, 0.7)).build());

        // Then
        assertThat(step.snapshot().losses())
                .containsExactly(loss(null, 1, 0.9), loss(null, 1.5, 0.7));
    }

    @Test
    void curvesAreBounded() {
        // Given
        int count = 10 * LossCurves.MOST_POINTS;

        // When
        for (int trial = 0; trial < 2 * LossCurves.MOST_TRAININGS; trial++) {
            for (int i = 1; i <= count; i++) {
                step.accept(later(i).loss(loss("trial " + trial, i / 4.0, i)).build());
            }
        }

        // Then
        var losses = step.snapshot().losses();
        assertThat(losses.stream().map(TrainingLoss::training).distinct())
                .containsExactlyElementsOf(
                        IntStream.range(LossCurves.MOST_TRAININGS, 2 * LossCurves.MOST_TRAININGS)
                                .mapToObj(trial -> "trial " + trial)
                                .toList());
        var last = losses.stream().filter(point -> point.training().equals("trial 15")).toList();
        assertThat(last).hasSizeBetween(LossCurves.MOST_POINTS / 3, LossCurves.MOST_POINTS);
        assertThat(last.get(last.size() - 1)).isEqualTo(loss("trial 15", count / 4.0, count));
        assertThat(last).isSortedAccordingTo((a, b) -> Double.compare(a.epoch(), b.epoch()));
    }
}

package io.pitlane.gateway.runs;

import static io.pitlane.gateway.runs.RunFixtures.START;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.training.TrainingLoss;
import java.time.Duration;
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
    void aLossAndALogAreKeptWhateverTheClockOfTheirReplicaSays() {
        // Given
        var loss = new TrainingLoss("trial 1", 1, 2, 0.5, null);
        step.accept(at(60, 0.5).replica("nas-0").build());

        // When
        step.accept(later(0).replica("nas-1").loss(loss).log("a line").build());

        // Then
        assertThat(step.snapshot().losses()).containsExactly(loss);
        assertThat(step.latest().log()).isEqualTo("a line");
        assertThat(step.latest().fraction()).isEqualTo(0.5);
        assertThat(step.latest().replica()).isEqualTo("nas-0");
    }
}

package io.pitlane.gateway.board;

import static io.pitlane.gateway.runs.RunFixtures.START;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.run.RunState.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunSummaryTest {
    private static Clock after(Duration time) {
        return Clock.fixed(START.plus(time), ZoneOffset.UTC);
    }

    @Test
    void aRunAtWorkTakesUntilNowAndShowsTheProgressOfItsStep() {
        // Given
        var progress = List.of(progress("r", 0, 1.0, START), progress("r", 1, 0.3, START));

        // When
        var run =
                RunSummary.of(
                        state("r", Status.RUNNING, 1), progress, after(Duration.ofSeconds(125)));

        // Then
        assertThat(run.took()).isEqualTo("2 min 05 s");
        assertThat(run.step()).isEqualTo("2 of 3, quantize");
        assertThat(run.fraction()).isEqualTo(0.3);
        assertThat(run.message()).isEqualTo("working");
    }

    @Test
    void aRunThatEndedTookUntilThen() {
        var run =
                RunSummary.of(
                        state("r", Status.NOT_PASSED, 2), List.of(), after(Duration.ofDays(1)));

        assertThat(run.took()).isEqualTo("0 min 02 s");
        assertThat(run.status()).isEqualTo("not passed");
        assertThat(run.statusClass()).isEqualTo("not-passed");
    }

    @Test
    void clocksThatDifferShowNoNegativeTime() {
        var early = after(Duration.ofSeconds(-3));

        assertThat(RunSummary.of(state("r", Status.RUNNING, 0), List.of(), early).took())
                .isEqualTo("0 min 00 s");
    }
}

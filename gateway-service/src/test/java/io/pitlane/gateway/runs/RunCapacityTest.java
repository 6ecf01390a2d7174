package io.pitlane.gateway.runs;

import static io.pitlane.gateway.runs.RunFixtures.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.run.RunState.Status;
import io.pitlane.gateway.errors.ApiException;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class RunCapacityTest {
    private final RunRegistry runs = new RunRegistry(100, Clock.systemUTC());
    private final RunCapacity capacity = new RunCapacity(runs, 2);

    @Test
    void runsAreStartedUpToTheLimit() {
        // Given
        runs.accept(state("a", Status.RUNNING, 0));
        capacity.requireFree();

        // When
        runs.accept(state("b", Status.RUNNING, 1));

        // Then
        assertThat(capacity.isFree()).isFalse();
        assertThatThrownBy(capacity::requireFree)
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("2 active runs");
    }

    @Test
    void aRunThatHasEndedFreesCapacity() {
        // Given
        runs.accept(state("a", Status.RUNNING, 0));
        runs.accept(state("b", Status.RUNNING, 0));

        // When
        runs.accept(state("a", Status.FAILED, 1));

        // Then
        assertThatCode(capacity::requireFree).doesNotThrowAnyException();
    }
}

package io.pitlane.gateway.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentAnswerTest {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration FAILED = Duration.ofSeconds(10);

    private long now;
    private int asked;
    private boolean down;
    private final RecentAnswer<Integer> answer =
            new RecentAnswer<>(this::ask, FRESH, FAILED, () -> now);

    private int ask() {
        asked++;
        if (down) {
            throw new FailureException(Failure.Kind.INTERNAL, "no broker", "Start it.");
        }
        return asked;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void assertFails() {
        assertThatThrownBy(answer::get)
                .isInstanceOf(FailureException.class)
                .hasMessage("no broker")
                .extracting(e -> ((FailureException) e).action())
                .isEqualTo("Start it.");
    }

    @Test
    void anAnswerIsGivenAgainWhileItIsFresh() {
        // When
        var first = answer.get();
        pass(FRESH);
        var second = answer.get();
        pass(Duration.ofNanos(1));
        var third = answer.get();

        // Then
        assertThat(first).isEqualTo(1);
        assertThat(second).isEqualTo(1);
        assertThat(third).isEqualTo(2);
    }

    @Test
    void aFailureIsRememberedAndEndsWithTheNextAnswer() {
        // When
        down = true;
        assertFails();
        pass(FAILED);
        assertFails();

        // Then
        assertThat(asked).isEqualTo(1);
        down = false;
        pass(Duration.ofNanos(1));
        assertThat(answer.get()).isEqualTo(2);
    }

    @Test
    void anOldAnswerDoesNotHideAFailure() {
        // Given
        answer.get();

        // When
        down = true;
        pass(FRESH.plusNanos(1));

        // Then
        assertFails();
    }
}

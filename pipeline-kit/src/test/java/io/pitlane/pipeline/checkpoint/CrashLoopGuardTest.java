package io.pitlane.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AttemptsTest {
    @Test
    void noAttemptAtAllIsRefusedByTheNameOfTheSetting() {
        assertThatThrownBy(() -> new Attempts(null, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pitlane.job.attempts");
    }
}

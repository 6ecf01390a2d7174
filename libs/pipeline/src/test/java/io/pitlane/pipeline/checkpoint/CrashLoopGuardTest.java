package io.pitlane.pipeline.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CrashLoopGuardTest {
    @Test
    void lessThanOneAttemptIsRefusedByTheNameOfTheSetting() {
        assertThatThrownBy(() -> new CrashLoopGuard(null, null, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pitlane.job.attempts");
    }
}

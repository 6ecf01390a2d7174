package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However the local stack ends, none of its processes is left. */
class LocalStackIT {
    @TempDir Path work;

    @Test
    void aStackThatIsStoppedLeavesNoProcessBehind() {
        // Given
        var stack = PitlaneProcess.start(work, "up", "--state", "state", "--port", "0");
        stack.awaitReady();
        var processes = stack.descendants().toList();

        // When
        stack.stop();

        // Then
        assertThat(processes).hasSizeGreaterThanOrEqualTo(5);
        assertThat(processes).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aKilledCommandLineLeavesNoProcessBehind() {
        // Given
        try (var stack = PitlaneProcess.start(work, "up", "--state", "state", "--port", "0")) {
            stack.awaitReady();
            var processes = stack.descendants().toList();

            // When
            stack.kill();

            // Then
            assertThat(processes).hasSizeGreaterThanOrEqualTo(5);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
        }
    }
}

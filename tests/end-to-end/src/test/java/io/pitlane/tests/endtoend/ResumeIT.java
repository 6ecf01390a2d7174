package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.run.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is killed in its middle goes on where it was, and its run ends once. */
class ResumeIT {
    private static final Map<String, String> FREQUENT = Map.of("PITLANE_CHECKPOINT_EVERY", "1S");

    @TempDir Path work;

    @Test
    @Tag("containers")
    void aDistillationKilledInMidTrainingGoesOnFromItsCheckpoint() throws Exception {
        var plan =
                new ExamplePlan("distill: {student: {width: 0.5}, training: {epochs: 12}}")
                        .write(work, "seed: 5");
        try (var stack = Stack.start(work, FREQUENT)) {
            // Given
            var topics = stack.topics();
            var run = PitlaneProcess.start(work, stack.environment(), "compress", plan.toString());
            await().atMost(Duration.ofMinutes(4))
                    .until(topics::checkpoints, checkpoints -> checkpoints.size() > 1);

            // When
            stack.killInMidStep("distill-service");
            int exitCode = run.exitCode();

            // Then
            assertThat(exitCode).as(run.printed()).isZero();
            assertThat(topics.results()).hasSize(1);
            assertThat(topics.progress())
                    .extracting(Progress::message)
                    .anyMatch(message -> message.matches(".*resumed at step [1-9].*"));
        }
    }
}

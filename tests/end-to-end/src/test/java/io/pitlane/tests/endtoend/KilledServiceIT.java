package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.run.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real services killed at their work, on a stack that no other test uses. */
@Tag("containers")
@Tag("long")
class KilledServiceIT {
    /** Often enough for a training of seconds to be resumed. */
    private static final Map<String, String> FREQUENT_CHECKPOINTS =
            Map.of("PITLANE_CHECKPOINT_EVERY", "0.3S");

    @TempDir static Path home;
    private static Stack stack;

    @TempDir Path work;

    @BeforeAll
    static void start() {
        stack = Stack.start(home, FREQUENT_CHECKPOINTS);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void aServiceKilledInMidStepLosesNothingAndDoublesNothing() throws Exception {
        // Given
        var plan = ExamplePlan.QUICK.write(work, "seed: 4");
        var before = stack.topics().results();
        try (var run = stack.compress(work, plan)) {

            // When
            for (var service : List.of("prune-service", "quantize-service", "bench-service")) {
                stack.killInMidStep(service);
            }
            int exitCode = run.exitCode();

            // Then
            assertThat(exitCode).as(run.printed()).isZero();
            assertThat(stack.topics().resultsAfter(before)).hasSize(1);
        }
    }

    @Test
    void aDistillationKilledInMidTrainingGoesOnFromItsCheckpoint() throws Exception {
        // Given
        var plan =
                new ExamplePlan("distill: {student: {width: 0.5}, training: {epochs: 6}}")
                        .write(work, "seed: 5");
        var topics = stack.topics();
        var before = topics.results();
        var checkpoints = topics.checkpoints().size();
        try (var run = stack.compress(work, plan)) {
            await().atMost(Duration.ofMinutes(4))
                    .until(() -> topics.checkpoints().size() > checkpoints + 1);

            // When
            stack.killInMidStep("distill-service");
            int exitCode = run.exitCode();

            // Then
            assertThat(exitCode).as(run.printed()).isZero();
            var results = topics.resultsAfter(before);
            assertThat(results).hasSize(1);
            assertThat(topics.progress())
                    .filteredOn(progress -> progress.runId().equals(results.get(0)))
                    .extracting(Progress::message)
                    .anyMatch(message -> message.matches(".*resumed at step [1-9].*"));
        }
    }
}

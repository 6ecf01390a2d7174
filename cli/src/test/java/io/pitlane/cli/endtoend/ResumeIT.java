package io.pitlane.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Progress;
import io.pitlane.contract.StageName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is killed in its middle goes on where it was, and its run ends once. */
class ResumeIT {
    private static final Pattern STEP = Pattern.compile("step (\\d+)");
    private static final Map<String, String> FREQUENT = Map.of("PITLANE_CHECKPOINT_EVERY", "1S");

    /** What a training may do between two events, half a second or so apart. */
    private static final long STEPS_BETWEEN_EVENTS = 500;

    @TempDir Path work;

    @Test
    void aDistillationKilledInMidTrainingGoesOnFromItsCheckpoint() throws Exception {
        var plan = new ExamplePlan("distill: {student: {width: 0.5}, training: {epochs: 12}}");

        goesOnAfterAKill(StageName.DISTILL, plan.write(work, "seed: 5"));
    }

    @Test
    void aSearchKilledWhileItsWinnerIsTrainedGoesOnAndTriesNothingAgain() throws Exception {
        var plan =
                new ExamplePlan(
                        "nas: {budget: {trials: 2}, trial: {epochs: 1}, training: {epochs: 8}}");

        goesOnAfterAKill(StageName.NAS, plan.write(work, "seed: 6"));
    }

    private void goesOnAfterAKill(StageName stage, Path plan) throws Exception {
        try (var stack =
                PitlaneProcess.start(work, FREQUENT, "up", "--state", "state", "--port", "0")) {
            // Given
            await().atMost(Duration.ofMinutes(2)).until(() -> stack.printed().contains("Ready at"));
            var server = stack.printed().replaceAll("(?s).*Ready at (\\S+).*", "$1");
            var topics = StackTopics.of(stack);
            var run = PitlaneProcess.start(work, "compress", plan.toString(), "--server", server);
            await().atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofMillis(500))
                    .until(topics::checkpoints, checkpoints -> !checkpoints.isEmpty());
            var triedBefore = topics.scores();

            // When
            var killedAt = Instant.now();
            stack.killInMidStep(stage.label() + "-service");
            int exitCode = run.exitCode();

            // Then
            assertThat(exitCode).as(run.printed()).isZero();
            assertThat(topics.results()).hasSize(1);
            assertThat(topics.scores()).isEqualTo(triedBefore);
            var before = steps(topics, stage, event -> event.at().isBefore(killedAt));
            var after = steps(topics, stage, event -> event.at().isAfter(killedAt.plusSeconds(1)));
            long reached = before.get(before.size() - 1);
            assertThat(after.get(0)).isBetween(reached / 2, reached + STEPS_BETWEEN_EVENTS);
        }
    }

    /** The step counters of a stage's trainings, in the order of the events. */
    private static List<Long> steps(
            StackTopics topics, StageName stage, Predicate<Progress> which) {
        return topics.progress().stream()
                .filter(event -> event.stage() == stage)
                .filter(which)
                .flatMap(event -> STEP.matcher(event.message()).results())
                .map(step -> Long.parseLong(step.group(1)))
                .toList();
    }
}

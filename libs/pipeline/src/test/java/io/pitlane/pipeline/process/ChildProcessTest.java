package io.pitlane.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.pipeline.child.ChildMain;
import io.pitlane.pipeline.child.ChildTask;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.testing.Plans;
import io.pitlane.pipeline.testing.TestStage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ChildProcessTest {
    private static final List<String> SMALL =
            List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    private static final ChildSettings LONG_DEADLINE =
            new ChildSettings(Duration.ofMinutes(2), "a setting", SMALL, List.of());
    private static final ChildSettings SHORT_DEADLINE =
            new ChildSettings(Duration.ofSeconds(3), "a setting", SMALL, List.of());

    @TempDir Path folder;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final ProgressListener progress = (fraction, message) -> messages.add(message);

    @BeforeEach
    void createInputs() throws IOException {
        Files.createDirectories(folder.resolve("child"));
        Files.createDirectories(folder.resolve("model"));
        Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("checkpoints"));
        Files.writeString(folder.resolve("model/saved_model.pb"), "weights");
        Files.writeString(folder.resolve("data/labels"), "ten");
    }

    @Test
    void theOutcomeAndTheProgressOfTheStageAreReturned() {
        // Given
        var child = child(LONG_DEADLINE);

        // When
        var outcome = child.run(task("works"), 1, progress);

        // Then
        var made = (StageOutcome.ModelMade) outcome;
        assertThat(made.savedModel().resolve("saved_model.pb")).hasContent("weights+0");
        assertThat(made.notes()).containsExactly("data has ten");
        assertThat(messages).containsExactly("starting", "done");
    }

    @Test
    void theLossOfATrainingIsReturnedWithItsProgress() {
        // Given
        var losses = new CopyOnWriteArrayList<TrainingLoss>();
        var listener =
                new ProgressListener() {
                    @Override
                    public void at(double fraction, String message) {
                        messages.add(message);
                    }

                    @Override
                    public void at(double fraction, String message, TrainingLoss loss) {
                        losses.add(loss);
                    }
                };

        // When
        child(LONG_DEADLINE).run(task("trains"), 1, listener);

        // Then
        assertThat(losses).containsExactly(TestStage.LOSS);
    }

    @Test
    void whatTheProcessPrintsIsPassedOnWhileItWorks() {
        // Given
        var child = child(LONG_DEADLINE);
        var tails = new CopyOnWriteArrayList<String>();

        // When
        try (var watch = new LogWatch(child, Duration.ofMillis(20), tails::add)) {
            watch.start();
            var result = CompletableFuture.runAsync(() -> child.run(task("hang"), 1, progress));
            await().until(() -> tails.contains("waiting for ever"));
            child.cancel();
            assertThatThrownBy(result::join).hasMessageContaining("cancelled");
        }

        // Then
        assertThat(tails).doesNotHaveDuplicates();
    }

    @Test
    void outputGoesToTheLogAndTheThreadCountToTheChild() {
        // Given
        var child = child(LONG_DEADLINE);

        // When
        child.run(task("noisy"), 3, progress);

        // Then
        assertThat(child.logTail())
                .contains("printed by a library", "but no progress", "threads 3", "omp 3");
        assertThat(messages).containsExactly("starting", "done");
    }

    @Test
    void theFailureOfTheStageIsReturnedUnchanged() {
        // Given
        var child = child(LONG_DEADLINE);

        // When
        var failure = failureOf(child, "refuse");

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
        assertThat(failure).hasMessage("The model has no convolution.");
        assertThat(failure.action()).isEqualTo("Use another model.");
    }

    @Test
    void anUnexpectedExceptionOfTheStageIsAnInternalFailure() {
        // Given
        var child = child(LONG_DEADLINE);

        // When
        var failure = failureOf(child, "defect");

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.INTERNAL);
        assertThat(failure).hasMessageContaining("an index went astray");
        assertThat(child.logTail()).contains("TestStage.behave");
    }

    @Test
    void aCrashIsRetriedOnceAndKeepsItsCheckpointsButNotItsOutput() {
        // Given
        var child = child(LONG_DEADLINE);

        // When
        var made = (StageOutcome.ModelMade) child.run(task("crash-once"), 1, progress);

        // Then
        assertThat(made.savedModel().resolveSibling("half-written")).doesNotExist();
        assertThat(folder.resolve("checkpoints/state")).hasContent("half way");
        assertThat(messages).containsExactly("starting", "starting", "done");
        assertThat(child.restarts()).isEqualTo(1);
    }

    @Test
    void aSecondCrashIsAFailureWithTheEndOfTheLog() {
        // Given
        var child = child(LONG_DEADLINE);

        // When
        var failure = failureOf(child, "crash");

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.CRASHED);
        assertThat(failure)
                .hasMessageContaining("step 1 (prune)")
                .hasMessageContaining("signal 11");
        assertThat(child.logTail().lines().filter(l -> l.contains("fatal error"))).hasSize(2);
    }

    @Test
    void aChildThatHangsIsKilledAtItsDeadline() {
        // Given
        var child = child(SHORT_DEADLINE);

        // When
        var failure = failureOf(child, "hang");

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.DEADLINE);
        assertThat(failure.action()).contains("raise a setting");
        assertThat(children()).isEmpty();
    }

    @Test
    void aCancelledChildIsKilledAndNotRetried() throws Exception {
        // Given
        var child = child(LONG_DEADLINE);
        var started = new CountDownLatch(1);
        var result =
                CompletableFuture.supplyAsync(
                        () -> child.run(task("hang"), 1, (f, m) -> started.countDown()));
        assertThat(started.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(children()).hasSize(1);

        // When
        child.cancel();

        // Then
        assertThatThrownBy(result::join)
                .cause()
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.kind()).isEqualTo(Failure.Kind.CANCELLED));
        assertThat(children()).isEmpty();
    }

    @Test
    void aChildExitsWhenItsParentDies() throws Exception {
        // Given
        var orphan = launch(task("hang"));
        var out = orphan.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).contains("starting");

        // When
        orphan.getOutputStream().close();

        // Then
        assertThat(orphan.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(orphan.exitValue()).isEqualTo(86);
    }

    @Test
    void theClassPathOfAPackagedServiceIsItsFolders() {
        // Given
        var runner = folder.resolve("quarkus-run.jar").toString();

        // When
        var classPath = ChildClassPath.of(runner);

        // Then
        assertThat(classPath.split(":"))
                .containsExactly(folder + "/app/*", folder + "/lib/main/*", folder + "/lib/boot/*");
    }

    private Process launch(StageTask task) throws IOException {
        var file = folder.resolve("task.json");
        ContractJson.MAPPER.writeValue(file.toFile(), new ChildTask(task, null));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildMain.class.getName(),
                        file.toString(),
                        folder.resolve("reply.json").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
    }

    private FailureException failureOf(ChildProcess child, String plan) {
        return catchThrowableOfType(
                FailureException.class, () -> child.run(task(plan), 1, progress));
    }

    private ChildProcess child(ChildSettings settings) {
        return new ChildProcess(settings, folder.resolve("child"), Instant.now());
    }

    private StageTask task(String plan) {
        var original =
                new StageTask.LocalModel(
                        "original", folder.resolve("model"), "0".repeat(64), 7, List.of());
        return new StageTask(
                "run",
                Plans.named(plan),
                0,
                List.of(original),
                folder.resolve("data"),
                "1".repeat(64),
                List.of(),
                folder.resolve("output"),
                folder.resolve("checkpoints"),
                0.1,
                null);
    }
}

package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("containers")
@Timeout(600)
class ResumeIT extends SharedTestCluster {
    private static final Map<String, String> OFTEN =
            Map.of("pitlane.stage", "prune", "pitlane.checkpoint.every", "0.2S");
    private static final Map<String, String> ONCE =
            Map.of("pitlane.stage", "prune", "pitlane.checkpoint.every", "1H");

    @Test
    @Tag("long")
    void whatAKilledReplicaHadCheckpointedIsNotDoneAgain() throws IOException {
        // Given
        var job = job("held");
        var first = testCluster.launch("first", folder, OFTEN);
        submit(job);
        TestCluster.untilNoted(eventLog, "holds", 1);
        TestCluster.until(() -> assertThat(checkpointed(job)).hasValueSatisfying(s -> positive(s)));
        var kept = checkpointed(job).orElseThrow();

        // When
        first.kill();
        eventLog.permit("go");
        testCluster.launch("second", folder, OFTEN);

        // Then
        var next = next();
        assertThat(next).hasSize(1);
        var starts = starts();
        assertThat(starts).hasSize(2);
        assertThat(starts.get(0)).isZero();
        assertThat(starts.get(1)).isGreaterThanOrEqualTo(kept).isPositive();
        assertThat(next.get(0).models().get(1).notes())
                .containsExactly("counted from " + starts.get(1));
        assertThat(eventLog.lines())
                .as("what was done before")
                .containsOnlyOnce("step " + starts.get(1));
        assertThat(progress()).anyMatch(m -> m.startsWith("resuming from a checkpoint of 2"));
        assertThat(records(job)).last().isNull();
    }

    @Test
    void theLastCheckpointIsSentBeforeAServiceThatIsToldToEndDoesSo() throws IOException {
        // Given
        var job = job("hasty");
        var first = testCluster.launch("first", folder, ONCE);
        submit(job);
        TestCluster.untilNoted(eventLog, "holds", 1);
        TestCluster.until(() -> assertThat(checkpointed(job)).isPresent());

        // When
        first.terminate();

        // Then
        assertThat(checkpointed(job)).hasValue(CountingStage.LAST / 2);
        assertThat(testCluster.cluster().events(topics().failures(), runId, Object.class))
                .isEmpty();
        eventLog.permit("go");
        testCluster.launch("second", folder, ONCE);
        assertThat(next()).hasSize(1);
        assertThat(starts()).containsExactly(0, CountingStage.LAST / 2);
    }

    @Test
    @Tag("long")
    void aStepThatEveryServiceDiesOfEndsItsRunAndNoOther() throws IOException {
        // Given
        var settings = new HashMap<>(ONCE);
        settings.put("pitlane.job.attempts", "2");
        var job = job("held");
        submit(job);

        // When
        for (int died = 1; died <= 2; died++) {
            var replica = testCluster.launch("first", folder, settings);
            TestCluster.untilNoted(eventLog, "holds", died);
            replica.kill();
        }
        testCluster.launch("first", folder, settings);

        // Then
        var failures = testCluster.cluster().awaitEvents(topics().failures(), runId, Failure.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).kind()).isEqualTo(Failure.Kind.CRASHED);
        assertThat(failures.get(0).message())
                .startsWith("Step 1 was begun 2 times without progress");
        assertThat(starts()).containsExactly(0, 0);
        assertThat(records(job)).last().isNull();
        eventLog.permit("go");
        var another = testCluster.jobs().first(UUID.randomUUID().toString(), job.plan());
        submit(another);
        testCluster
                .cluster()
                .awaitEvents(topics().jobs(StageName.BENCH), another.runId(), Job.class);
    }

    @Test
    void aServiceThatIsToldToEndHasNotDiedOfItsStep() throws IOException {
        // Given
        var settings = new HashMap<>(ONCE);
        settings.put("pitlane.job.attempts", "1");
        submit(job("held"));
        var first = testCluster.launch("first", folder, settings);
        TestCluster.untilNoted(eventLog, "holds", 1);

        // When
        first.terminate();

        // Then
        eventLog.permit("go");
        testCluster.launch("first", folder, settings);
        assertThat(next()).hasSize(1);
        assertThat(starts()).containsExactly(0, 0);
    }

    @Test
    void aCheckpointThatIsLostCostsTimeAndNotTheRun() throws IOException {
        // Given
        var job = job("free");
        var lost = damaged();
        testCluster
                .cluster()
                .send(
                        testCluster
                                .events()
                                .checkpoint(
                                        job,
                                        new Checkpoint(
                                                runId, 0, null, lost, List.of(), Instant.now())));

        // When
        submit(job);
        testCluster.launch("first", folder, OFTEN);

        // Then
        assertThat(next()).hasSize(1);
        assertThat(starts()).containsExactly(0);
        assertThat(progress()).noneMatch(m -> m.startsWith("resuming"));
    }

    /** Names bytes that are not those in the log. */
    private ArtifactRef damaged() throws IOException {
        try (var store = testCluster.store(topics().checkpointArtifacts())) {
            var file = Files.writeString(folder.resolve("other"), "other bytes");
            var sent = store.publish(ArtifactRef.Kind.CHECKPOINT, file);
            return sent.toBuilder().digest("a".repeat(64)).build();
        }
    }

    private static void positive(int step) {
        assertThat(step).isPositive();
    }

    private Job job(String name) throws IOException {
        return testCluster
                .jobs()
                .first(runId, TestCluster.plan(name, folder, "prune: {ratio: 0.5}"));
    }

    private void submit(Job job) {
        testCluster.cluster().send(testCluster.events().job(job));
    }

    private List<Job> next() {
        return testCluster.cluster().awaitEvents(topics().jobs(StageName.BENCH), runId, Job.class);
    }

    private List<String> progress() {
        return testCluster.cluster().events(topics().progress(), runId, Progress.class).stream()
                .map(Progress::message)
                .toList();
    }

    private List<Integer> starts() {
        return TestCluster.noted(eventLog, "begins at ").stream()
                .map(line -> Integer.parseInt(line.substring("begins at ".length())))
                .toList();
    }

    private List<byte[]> records(Job job) {
        var values = new ArrayList<byte[]>();
        testCluster
                .cluster()
                .committed(topics().checkpoints(), Checkpoint.key(job))
                .forEach(record -> values.add(record.value()));
        return values;
    }

    /** The step in the latest checkpoint in the log. */
    private Optional<Integer> checkpointed(Job job) throws IOException {
        var records = records(job);
        if (records.isEmpty() || records.get(records.size() - 1) == null) {
            return Optional.empty();
        }
        var latest =
                ContractJson.MAPPER.readValue(records.get(records.size() - 1), Checkpoint.class);
        if (latest.artifact() == null) {
            return Optional.empty();
        }
        var unpacked = folder.resolve(UUID.randomUUID().toString());
        try (var store = testCluster.store(topics().checkpointArtifacts())) {
            var sent = latest.artifact();
            Archive.unpack(store.fetch(sent), unpacked, ArchiveLimits.stored(sent));
        }
        return Optional.of(Integer.parseInt(Files.readString(unpacked.resolve("state"))));
    }

    private static Topics topics() {
        return Topics.DEFAULT;
    }
}

package io.pitlane.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.finding.TrainingLosses;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.LossCurve;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.testing.Broker;
import io.pitlane.pipeline.testing.Cluster;
import io.pitlane.pipeline.testing.Jobs;
import io.pitlane.pipeline.testing.Plans;
import io.pitlane.pipeline.testing.TestStage;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(Broker.class)
class WorkerIT {
    private static final List<LossCurve> CURVES = LossCurve.of(List.of(TestStage.LOSS));

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject ArtifactStore store;
    @Inject MeterRegistry meters;
    @TempDir Path folder;

    private final String runId = UUID.randomUUID().toString();
    private Cluster cluster;

    @BeforeEach
    void connect() {
        cluster = new Cluster(bootstrapServers);
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Test
    void eachStepHandsItsModelToTheNextExactlyOnce() throws IOException {
        // Given
        var first = job("works");

        // When
        submit(first);

        // Then
        var next = cluster.awaitEvents(cluster.topics().jobs(StageName.BENCH), runId, Job.class);
        assertThat(next).hasSize(1);
        var job = next.get(0);
        assertThat(job.step()).isEqualTo(2);
        assertThat(job.models())
                .extracting(RunModel::label)
                .containsExactly("original", "prune", "prune-2");
        assertThat(content(job.models().get(2).artifact())).isEqualTo("weights+0+1");
        // A tar of four blocks: a header, the content, and two that end it.
        assertThat(job.models().get(2).artifact().unpackedBytes()).isEqualTo(4 * 512);
        assertThat(job.models().get(1).notes()).containsExactly("data has ten");
        assertThat(job.lineage()).hasSize(2);
        assertThat(job.lineage().get(1).findings()).containsExactly(TestStage.FINDING);
        assertThat(job.lineage().get(1).inputs())
                .containsExactly(
                        first.models().get(0).artifact().digest(),
                        job.models().get(1).artifact().digest(),
                        first.data().digest());
        assertThat(job.lineage().get(1).output())
                .isEqualTo(job.models().get(2).artifact().digest());
        assertThat(cluster.events(cluster.topics().runs(), runId, RunState.class))
                .extracting(RunState::step)
                .containsExactly(1, 2);
        assertThat(cluster.events(cluster.topics().progress(), runId, Progress.class))
                .extracting(Progress::message)
                .contains("starting", "done");
    }

    @Test
    void aStageThatHasDoneEverythingIsNotBehind() throws IOException {
        // Given
        var plan = Plans.named("slow", folder.resolve("permission").toString());
        var prune = cluster.topics().jobs(StageName.PRUNE);
        try (var predecessor = cluster.transactional("predecessor")) {
            predecessor.initTransactions();
            predecessor.beginTransaction();
            predecessor.send(
                    new EventRecords(cluster.topics(), "test")
                            .job(new Jobs(store, folder).first(runId, plan)));
            predecessor.commitTransaction();
        }
        cluster.awaitEvents(cluster.topics().progress(), runId, Progress.class);
        var inHand = cluster.lag("pitlane.prune", prune);

        // When
        Files.createFile(folder.resolve("permission"));

        // Then
        cluster.awaitEvents(cluster.topics().jobs(StageName.BENCH), runId, Job.class);
        assertThat(inHand).isGreaterThanOrEqualTo(2);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(cluster.lag("pitlane.prune", prune)).isZero());
    }

    @Test
    void jobsAreCountedAndTimed() throws IOException {
        // Given
        var done = meters.get("pitlane.jobs").tag("outcome", "done").counter();
        var handOvers = meters.get("pitlane.handover").timer();
        var before = done.count();

        // When
        submit(job("works"));

        // Then
        cluster.awaitEvents(cluster.topics().jobs(StageName.BENCH), runId, Job.class);
        await().untilAsserted(() -> assertThat(done.count()).isGreaterThanOrEqualTo(before + 2));
        assertThat(handOvers.count()).isGreaterThanOrEqualTo(2);
        assertThat(meters.get("pitlane.job").timer().totalTime(TimeUnit.SECONDS)).isPositive();
    }

    @Test
    void aStageThatRefusesEndsItsRunAndTheWorkerLivesOn() throws IOException {
        // Given
        submit(job("refuse"));

        // When
        var failures = cluster.awaitEvents(cluster.topics().failures(), runId, Failure.class);

        // Then
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
        assertThat(failures.get(0).message()).isEqualTo("The model has no convolution.");
        assertThat(cluster.events(cluster.topics().runs(), runId, RunState.class))
                .extracting(RunState::status)
                .containsExactly(RunState.Status.FAILED);
        assertWorks();
    }

    @Test
    void theLossOfATrainingIsPartOfItsLineage() throws IOException {
        // When
        submit(job("trains"));

        // Then
        var next = cluster.awaitEvents(cluster.topics().jobs(StageName.BENCH), runId, Job.class);
        assertThat(next.get(0).lineage())
                .extracting(LineageEntry::findings)
                .containsOnly(List.of(TestStage.FINDING, new TrainingLosses(CURVES)));
    }

    @Test
    void aFailureTellsTheLossOfTheTrainingUntilThen() throws IOException {
        // When
        submit(job("trains-in-vain"));

        // Then
        var failures = cluster.awaitEvents(cluster.topics().failures(), runId, Failure.class);
        assertThat(failures).extracting(Failure::losses).containsExactly(CURVES);
    }

    @Test
    void aResultThatIsLargerThanTheBrokerTakesFailsTheRunInsteadOfBeingMadeForEver()
            throws IOException {
        // Given
        submit(job("verbose"));

        // When
        var failures = cluster.awaitEvents(cluster.topics().failures(), runId, Failure.class);

        // Then
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).message()).contains("larger than Kafka takes");
        assertThat(cluster.events(cluster.topics().runs(), runId, RunState.class))
                .extracting(RunState::status)
                .containsExactly(RunState.Status.FAILED);
        assertWorks();
    }

    @Test
    void aMessageThatIsNoJobIsPutAsideWithTheReason() throws IOException {
        // Given
        var poison = "{\"runId\": 7".getBytes(StandardCharsets.UTF_8);

        // When
        cluster.send(new ProducerRecord<>(cluster.topics().jobs(StageName.PRUNE), runId, poison));

        // Then
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () ->
                                assertThat(cluster.committed(cluster.topics().deadLetters(), runId))
                                        .hasSize(1));
        var letter = cluster.committed(cluster.topics().deadLetters(), runId).get(0);
        assertThat(letter.value()).isEqualTo(poison);
        assertThat(new String(letter.headers().lastHeader("pitlane-reason").value()))
                .startsWith("is no job");
        assertWorks();
    }

    @Test
    void aJobForAStepThatThePlanDoesNotHaveFailsItsRun() throws IOException {
        // Given
        var job = job("works");

        // When
        cluster.send(
                new ProducerRecord<>(
                        cluster.topics().jobs(StageName.PRUNE),
                        runId,
                        ContractJson.MAPPER.writeValueAsBytes(
                                new Job(
                                        job.runId(),
                                        job.plan(),
                                        9,
                                        job.data(),
                                        job.models(),
                                        job.lineage(),
                                        job.submittedAt()))));

        // Then
        var failures = cluster.awaitEvents(cluster.topics().failures(), runId, Failure.class);
        assertThat(failures.get(0).message()).isEqualTo("The job asks for step 9 of 3.");
        assertThat(cluster.committed(cluster.topics().deadLetters(), runId)).hasSize(1);
    }

    @Test
    void anArtifactThatIsNotInTheLogFailsTheRun() throws IOException {
        // Given
        var job = job("works");
        var data = job.data();
        var elsewhere =
                new ArtifactRef(
                        "0".repeat(64),
                        data.sizeBytes(),
                        data.kind(),
                        data.partition(),
                        data.firstOffset(),
                        data.lastOffset(),
                        data.chunks());

        // When
        submit(
                new Job(
                        job.runId(),
                        job.plan(),
                        job.step(),
                        elsewhere,
                        job.models(),
                        job.lineage(),
                        job.submittedAt()));

        // Then
        var failures = cluster.awaitEvents(cluster.topics().failures(), runId, Failure.class);
        assertThat(failures.get(0).kind()).isEqualTo(Failure.Kind.ARTIFACT_DAMAGED);
    }

    @Test
    void aRebalanceDuringTheWorkNeitherLosesNorDoublesIt() throws IOException {
        // Given
        var permission = folder.resolve("permission");
        var plan = Plans.named("slow", permission.toString());
        submit(new Jobs(store, folder).first(runId, plan));
        cluster.awaitEvents(cluster.topics().progress(), runId, Progress.class);

        // When
        try (var newcomer = cluster.member("pitlane.prune")) {
            newcomer.subscribe(List.of(cluster.topics().jobs(StageName.PRUNE)));
            while (newcomer.assignment().isEmpty()) {
                newcomer.poll(Duration.ofMillis(100));
            }
            Files.createFile(permission);
        }

        // Then
        cluster.awaitEvents(cluster.topics().jobs(StageName.BENCH), runId, Job.class);
        assertWorks();
        assertThat(cluster.events(cluster.topics().jobs(StageName.BENCH), runId, Job.class))
                .hasSize(1);
        assertThat(cluster.events(cluster.topics().jobs(StageName.PRUNE), runId, Job.class))
                .hasSize(2);
    }

    @Test
    void whatAKilledPredecessorLeftOpenIsNeverSeen() throws IOException {
        // Given
        var job = job("works");
        try (var predecessor = cluster.transactional("pitlane.prune.test-instance")) {
            predecessor.initTransactions();
            predecessor.beginTransaction();
            predecessor.send(
                    new ProducerRecord<>(
                            cluster.topics().jobs(StageName.BENCH), runId, new byte[] {1}));
            predecessor.flush();

            // When
            submit(job);

            // Then
            cluster.awaitEvents(cluster.topics().jobs(StageName.BENCH), runId, Job.class);
        }
        assertThat(cluster.events(cluster.topics().jobs(StageName.BENCH), runId, Job.class))
                .hasSize(1);
    }

    private void assertWorks() throws IOException {
        var other = UUID.randomUUID().toString();
        submit(withRun(job("works"), other));
        assertThat(cluster.awaitEvents(cluster.topics().jobs(StageName.BENCH), other, Job.class))
                .hasSize(1);
    }

    private static Job withRun(Job job, String runId) {
        return new Job(
                runId,
                job.plan(),
                job.step(),
                job.data(),
                job.models(),
                job.lineage(),
                job.submittedAt());
    }

    private void submit(Job job) {
        cluster.send(new EventRecords(cluster.topics(), "test").job(job));
    }

    private Job job(String plan) throws IOException {
        return new Jobs(store, folder).first(runId, Plans.named(plan));
    }

    private String content(ArtifactRef model) throws IOException {
        var unpacked = folder.resolve("unpacked");
        Archive.unpack(store.fetch(model), unpacked, ArchiveLimits.of(model, 1 << 20));
        return Files.readString(unpacked.resolve("saved_model.pb"));
    }
}

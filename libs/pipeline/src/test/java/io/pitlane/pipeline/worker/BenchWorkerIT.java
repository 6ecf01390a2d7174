package io.pitlane.pipeline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunState;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.testing.Broker;
import io.pitlane.pipeline.testing.Cluster;
import io.pitlane.pipeline.testing.Jobs;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@TestProfile(BenchWorkerIT.Bench.class)
@QuarkusTestResource(value = Broker.class, restrictToAnnotatedClass = true)
class BenchWorkerIT {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject ArtifactStore store;
    @TempDir Path folder;

    private final String runId = UUID.randomUUID().toString();
    private Cluster cluster;
    private Jobs jobs;

    /** The last stage of every plan. */
    public static class Bench implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("pitlane.stage", "bench");
        }
    }

    @BeforeEach
    void connect() {
        cluster = new Cluster(bootstrapServers);
        jobs = new Jobs(store, folder);
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Test
    void aReportThatPassesIsAResultAndAReleaseAndEndsTheRun() throws IOException {
        // Given
        var job = jobs.last(runId, "works");

        // When
        cluster.send(new EventRecords(cluster.topics(), "test").job(job));

        // Then
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertRunIs("PASSED"));
        var results = cluster.committed(cluster.topics().results(), runId);
        assertThat(results).hasSize(1);
        assertThat(new String(results.get(0).headers().lastHeader("ce_type").value(), UTF_8))
                .isEqualTo("io.pitlane.result.v1");
        var result = cluster.events(cluster.topics().results(), runId, RunResult.class).get(0);
        assertThat(result.models()).isEqualTo(job.models());
        assertThat(result.report().run()).isEqualTo(runId);
        assertThat(cluster.events(cluster.topics().released(), runId, RunResult.class))
                .containsExactly(result);
    }

    @Test
    void aReportThatPassesIsNotReleasedWhereThePlanAsksForAnApproval() throws IOException {
        // Given
        var job = jobs.last(runId, "works");
        var plan = job.plan().toBuilder().release(ReleaseMode.MANUAL).build();
        var manual =
                new Job(
                        runId,
                        plan,
                        job.step(),
                        job.data(),
                        job.models(),
                        job.lineage(),
                        job.submittedAt());

        // When
        cluster.send(new EventRecords(cluster.topics(), "test").job(manual));

        // Then
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertRunIs("PASSED"));
        assertThat(cluster.committed(cluster.topics().results(), runId)).hasSize(1);
        assertThat(cluster.committed(cluster.topics().released(), runId)).isEmpty();
        assertThat(states().get(0).awaitsApproval()).isTrue();
    }

    @Test
    void theDeliverablesAreInTheLogAndAnnouncedWithTheResult() throws IOException {
        // Given
        var job = jobs.last(runId, "works");

        // When
        cluster.send(new EventRecords(cluster.topics(), "test").job(job));

        // Then
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertRunIs("PASSED"));
        var delivered =
                cluster.events(cluster.topics().results(), runId, RunResult.class)
                        .get(0)
                        .deliverables();
        assertThat(delivered)
                .extracting(DeliveredModel::format)
                .containsExactly(DeliveryFormat.TENSORFLOW, DeliveryFormat.ONNX);
        // The candidate as it is: its bytes are not stored twice.
        assertThat(delivered.get(0).artifact()).isEqualTo(job.models().get(0).artifact());
        assertThat(delivered.get(0).sizeBytes()).isEqualTo("weights".length());
        var onnx = delivered.get(1);
        assertThat(store.fetch(onnx.artifact())).hasContent("weights as onnx");
        assertThat(onnx.artifact().digest())
                .isEqualTo(HexFormat.of().formatHex(Sha256.of("weights as onnx".getBytes(UTF_8))));
        assertThat(onnx.artifact().kind()).isEqualTo(ArtifactRef.Kind.EXPORT);
        assertThat(onnx.sizeBytes()).isEqualTo("weights as onnx".length());
        assertThat(states()).extracting(RunState::deliverables).containsExactly(delivered);
    }

    @Test
    void aReportThatDoesNotPassIsNotReleased() throws IOException {
        // Given
        var job = jobs.last(runId, "worse");

        // When
        cluster.send(new EventRecords(cluster.topics(), "test").job(job));

        // Then
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertRunIs("NOT_PASSED"));
        assertThat(cluster.committed(cluster.topics().results(), runId)).hasSize(1);
        assertThat(cluster.committed(cluster.topics().released(), runId)).isEmpty();
        // It can be downloaded all the same.
        assertThat(states().get(0).deliverables()).hasSize(2);
    }

    private List<RunState> states() {
        return cluster.events(cluster.topics().runs(), runId, RunState.class);
    }

    private void assertRunIs(String status) {
        assertThat(states()).extracting(state -> state.status().name()).containsExactly(status);
    }
}

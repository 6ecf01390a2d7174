package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.run.Cancellation;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cancelled run ends once, wherever it is, and the service goes on with the next one. */
@Timeout(600)
class CancelIT extends SharedTestCluster {
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final int PARTITION = 3;
    private static final Map<String, String> PRUNE =
            Map.of("pitlane.stage", "prune", "pitlane.checkpoint.every", "0.2S");

    @Test
    void theStepInProgressEndsWithItsProcess() throws IOException {
        // Given
        var replica = testCluster.start("at-work", PRUNE);
        submit(job("held"));
        TestCluster.untilNoted(eventLog, "holds", 1);
        var child = replica.children().get(0);

        // When
        cancel(runId);

        // Then
        TestCluster.until(() -> assertThat(child.isAlive()).isFalse());
        assertCancelledOnce(runId);
        assertThat(begun()).isEqualTo(1);
        assertTheNextRunIsDone(replica);
    }

    @Test
    void aRunThatWaitsForItsStageIsNotBegun() throws IOException {
        // Given
        var replica = testCluster.start("busy", PRUNE);
        submit(job("held"));
        TestCluster.untilNoted(eventLog, "holds", 1);
        var waiting = UUID.randomUUID().toString();
        submit(testCluster.jobs().first(waiting, TestCluster.plan("free", folder, prune())));

        // When
        cancel(waiting);
        eventLog.permit("go");

        // Then
        assertCancelledOnce(waiting);
        assertThat(begun()).isEqualTo(1);
        assertThat(testCluster.cluster().awaitEvents(bench(), runId, Job.class)).hasSize(1);
        assertThat(replica.isAlive()).isTrue();
    }

    @Test
    void aStageThatIsKilledEndsTheRunWhenItIsBack() throws IOException {
        // Given
        var replica = testCluster.start("killed", PRUNE);
        submit(job("held"));
        TestCluster.untilNoted(eventLog, "holds", 1);

        // When
        replica.kill();
        cancel(runId);
        testCluster.start("killed", PRUNE);

        // Then
        assertCancelledOnce(runId);
        assertThat(begun()).isEqualTo(1);
    }

    @Test
    void theTrialsOfASearchEnd() throws IOException {
        // Given
        var replica = testCluster.start("search", Map.of());
        var step = "nas: {search: {parallel: 2}, budget: {trials: 6}}";
        submit(testCluster.jobs().first(runId, TestCluster.plan("wait", folder, step)));
        TestCluster.untilNoted(eventLog, "trial ", 1);
        var trial = replica.children().get(0);

        // When
        cancel(runId);

        // Then
        TestCluster.until(() -> assertThat(trial.isAlive()).isFalse());
        assertCancelledOnce(runId);
        var next = search("works");
        assertThat(testCluster.cluster().awaitEvents(bench(), next, Job.class)).hasSize(1);
        assertThat(TestCluster.noted(eventLog, "trial ")).hasSize(1);
    }

    /** A search of another run, with another event log. */
    private String search(String genomes) throws IOException {
        var id = UUID.randomUUID().toString();
        var log = Files.createDirectory(folder.resolve(id));
        new EventLog(log.toString()).permit("win");
        var plan = TestCluster.plan(genomes, log, "nas: {budget: {trials: 1}}");
        submit(testCluster.jobs().first(id, plan));
        return id;
    }

    private Job job(String name) throws IOException {
        return testCluster.jobs().first(runId, TestCluster.plan(name, folder, prune()));
    }

    private static String prune() {
        return "prune: {ratio: 0.5}";
    }

    /** Into one partition, so that one job waits for the other. */
    private static void submit(Job job) {
        testCluster.cluster().send(testCluster.events().job(job, OptionalInt.of(PARTITION)));
    }

    private static void cancel(String runId) {
        var cancellation = new Cancellation(runId, Instant.now());
        testCluster.cluster().send(testCluster.events().cancellation(cancellation));
    }

    private long begun() {
        return TestCluster.noted(eventLog, "begins at ").size();
    }

    private static String bench() {
        return TOPICS.jobs(StageName.BENCH);
    }

    private static void assertCancelledOnce(String runId) {
        var cluster = testCluster.cluster();
        assertThat(cluster.awaitEvents(TOPICS.failures(), runId, Failure.class))
                .singleElement()
                .satisfies(
                        failure -> {
                            assertThat(failure.kind()).isEqualTo(Failure.Kind.CANCELLED);
                            assertThat(failure.message()).isEqualTo("The run was cancelled.");
                            assertThat(failure.step()).isZero();
                        });
        // A transaction becomes visible in one partition after the other.
        TestCluster.until(
                () -> {
                    assertThat(cluster.events(TOPICS.runs(), runId, RunState.class))
                            .extracting(RunState::status)
                            .containsExactly(RunState.Status.CANCELLED);
                    assertThat(cluster.committed(TOPICS.checkpoints(), runId + ":0"))
                            .last()
                            .satisfies(checkpoint -> assertThat(checkpoint.value()).isNull());
                });
        assertThat(cluster.committed(bench(), runId)).isEmpty();
        assertThat(cluster.committed(TOPICS.deadLetters(), runId)).isEmpty();
    }

    private void assertTheNextRunIsDone(ServiceProcess replica) throws IOException {
        var next = UUID.randomUUID().toString();
        submit(testCluster.jobs().first(next, TestCluster.plan("quick", folder, prune())));
        assertThat(testCluster.cluster().awaitEvents(bench(), next, Job.class)).hasSize(1);
        assertThat(replica.isAlive()).isTrue();
    }
}

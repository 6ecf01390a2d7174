package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.step.StageName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the cluster's books say, whatever happened to the processes that wrote them. */
final class TopicChecks {
    private static final Set<TransactionState> CLOSED =
            Set.of(
                    TransactionState.EMPTY,
                    TransactionState.COMPLETE_COMMIT,
                    TransactionState.COMPLETE_ABORT);

    private final TestCluster testCluster;
    private final Topics topics = Topics.DEFAULT;
    private final Set<String> orphans = new HashSet<>();

    TopicChecks(TestCluster testCluster) {
        this.testCluster = testCluster;
    }

    /** The runs that have a result or a failure. */
    Set<String> ended() {
        var results = testCluster.cluster().read(topics.results(), "read_committed");
        var failures = testCluster.cluster().read(topics.failures(), "read_committed");
        return Stream.concat(results.stream(), failures.stream())
                .map(ConsumerRecord::key)
                .collect(Collectors.toSet());
    }

    /** Waits for the result of a run, and takes its models' digests, the original's first. */
    List<String> digests(String runId) {
        return artifacts(runId).stream().map(ArtifactRef::digest).toList();
    }

    private List<ArtifactRef> artifacts(String runId) {
        return result(runId).models().stream().map(RunModel::artifact).toList();
    }

    private RunResult result(String runId) {
        return testCluster.cluster().awaitEvents(topics.results(), runId, RunResult.class).get(0);
    }

    /**
     * What a gateway sent before it was killed, outside of any transaction; nobody refers to it.
     */
    void expectOrphans(Collection<String> uploads) {
        orphans.addAll(uploads);
    }

    private void assertWhole(ArtifactRef artifact) {
        try (var store = testCluster.store(topics.artifacts(), UUID.randomUUID().toString())) {
            assertThat(store.fetch(artifact)).hasSize(artifact.sizeBytes());
        }
    }

    /** Nothing of a run that passes is lost, nothing is there twice, and nothing is left open. */
    void assertEndedOnce(String runId) {
        assertOneResult(runId);
        assertNothingLeftOpen();
    }

    /** Nothing of a run that passes is lost, and nothing is there twice. */
    void assertOneResult(String runId) {
        digests(runId);
        assertThat(testCluster.cluster().committed(topics.results(), runId)).hasSize(1);
        assertThat(testCluster.cluster().committed(topics.released(), runId)).hasSize(1);
        assertThat(testCluster.cluster().committed(topics.jobs(StageName.PRUNE), runId)).hasSize(1);
        assertThat(testCluster.cluster().committed(topics.jobs(StageName.BENCH), runId)).hasSize(1);
        assertThat(testCluster.cluster().events(topics.failures(), runId, Failure.class)).isEmpty();
        assertThat(testCluster.cluster().committed(topics.deadLetters(), runId)).isEmpty();
        assertThat(testCluster.cluster().events(topics.runs(), runId, RunState.class))
                .filteredOn(state -> state.status() == RunState.Status.PASSED)
                .hasSize(1);
        artifacts(runId).forEach(this::assertWhole);
        assertThat(result(runId).deliverables())
                .singleElement()
                .satisfies(delivered -> assertWhole(delivered.artifact()));
    }

    /** There is no open transaction, and no upload of which only a part is visible. */
    void assertNothingLeftOpen() {
        TestCluster.until(() -> assertThat(openTransactions()).isEmpty());
        assertThat(partialUploads(committedChunks())).isSubsetOf(orphans);
    }

    /** What no producer has brought to an end, nor the broker in its place. */
    List<TransactionListing> openTransactions() throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(testCluster.client())) {
            return admin.listTransactions().all().get().stream()
                    .filter(t -> !CLOSED.contains(t.state()))
                    .toList();
        }
    }

    /** How far a replica's transaction is. */
    TransactionState transaction(String id) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(testCluster.client())) {
            return admin.describeTransactions(List.of(id)).description(id).get().state();
        }
    }

    /** Chunks that readers see. */
    List<ConsumerRecord<String, byte[]>> committedChunks() {
        return testCluster.cluster().read(topics.artifacts(), "read_committed");
    }

    /** Chunks that are in the log, those of broken-off uploads included. */
    List<ConsumerRecord<String, byte[]>> allChunks() {
        return testCluster.cluster().read(topics.artifacts(), "read_uncommitted");
    }

    /** Uploads of which some chunks are there and some are not. */
    static List<String> partialUploads(List<ConsumerRecord<String, byte[]>> chunks) {
        Map<String, List<ConsumerRecord<String, byte[]>>> uploads =
                chunks.stream().collect(Collectors.groupingBy(TopicChecks::upload));
        var partial = new ArrayList<String>();
        uploads.forEach(
                (upload, of) -> {
                    var count = header(of.get(0), "pitlane-count");
                    if (of.size() != ByteBuffer.wrap(count).getInt()) {
                        partial.add(upload);
                    }
                });
        return partial;
    }

    static Set<String> uploads(List<ConsumerRecord<String, byte[]>> chunks) {
        return chunks.stream().map(TopicChecks::upload).collect(Collectors.toSet());
    }

    private static String upload(ConsumerRecord<String, byte[]> chunk) {
        return new String(header(chunk, "pitlane-upload"), StandardCharsets.UTF_8);
    }

    private static byte[] header(ConsumerRecord<String, byte[]> chunk, String name) {
        return chunk.headers().lastHeader(name).value();
    }
}

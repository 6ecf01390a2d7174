package io.pitlane.pipeline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.CachedResult;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.step.StageName;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step whose result is known is not done again, unless its model is gone. */
@QuarkusTest
@QuarkusTestResource(Broker.class)
class StepCacheIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A poll returns 500 records. */
    private static final int OTHERS = 2_000;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject ArtifactStore store;
    @TempDir Path folder;

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
    void whatWasDoneIsHandedOverAtOnceAndTheLineageSaysSo() throws IOException {
        // Given
        var first = done(Plans.cached("first", 0.25, 101));

        // When
        var second = done(Plans.cached("second", 0.25, 101));

        // Then
        assertThat(second.models().subList(1, 3))
                .extracting(RunModel::artifact)
                .isEqualTo(first.models().subList(1, 3).stream().map(RunModel::artifact).toList());
        assertThat(second.models()).extracting(RunModel::cached).containsExactly(false, true, true);
        assertThat(second.models().get(1).notes()).containsExactly("data has ten");
        assertThat(second.lineage())
                .isEqualTo(first.lineage().stream().map(LineageEntry::asCached).toList());
        assertThat(second.lineage().get(0).findings()).containsExactly(TestStage.FINDING);
        var message = "cached, from run " + first.runId();
        untilMessages(second, said -> assertThat(said).containsExactly(message, message));
        assertThat(cluster.events(cluster.topics().runs(), second.runId(), RunState.class))
                .extracting(RunState::step)
                .containsExactly(1, 2);
        assertThat(entries(second)).isEmpty();
        assertThat(cluster.committed(cluster.topics().checkpoints(), second.runId() + ":0"))
                .as("nothing was begun")
                .extracting(ConsumerRecord::value)
                .containsExactly((byte[]) null);
    }

    @Test
    void aChangedOptionRepeatsTheStepsFromThereOn() throws IOException {
        // Given
        done(Plans.cached("first", 0.25, 102));

        // When
        var changed = done(Plans.cached("changed", 0.75, 102));

        // Then
        assertThat(cached(changed)).containsExactly(true, false);
    }

    @Test
    void aPlanWithoutTheCacheDoesEveryStepAndReplacesTheResults() throws IOException {
        // Given
        done(Plans.cached("first", 0.25, 103));

        // When
        var again = done(Plans.cached("again", 0.25, 103).toBuilder().cache(false).build());
        awaitEntries(again);
        var third = done(Plans.cached("third", 0.25, 103));

        // Then
        assertThat(cached(again)).containsExactly(false, false);
        untilMessages(again, said -> assertThat(said).contains("starting"));
        assertThat(cached(third)).containsExactly(true, true);
        var message = "cached, from run " + again.runId();
        untilMessages(third, said -> assertThat(said).containsExactly(message, message));
    }

    @Test
    void aStepWhoseModelHasExpiredIsDoneAgain() throws Exception {
        // Given
        var first = done(Plans.cached("first", 0.25, 104));
        expire(first.models().get(1).artifact());
        expire(first.models().get(2).artifact());

        // When
        var second = done(Plans.cached("second", 0.25, 104));

        // Then
        assertThat(cached(second)).containsExactly(false, false);
        assertThat(second.models().get(2).artifact().digest())
                .isEqualTo(first.models().get(2).artifact().digest());
        awaitEntries(second);
        assertThat(cached(done(Plans.cached("third", 0.25, 104)))).containsExactly(true, true);
    }

    @Test
    void aStepWhoseModelIsDamagedIsDoneAgain() throws IOException {
        // Given
        var first = done(Plans.cached("first", 0.25, 105));
        var entry = entry(first, 0);
        var damaged = entry.artifact().toBuilder().digest("0".repeat(64)).build();
        var other = new CachedResult(entry.runId(), damaged, entry.notes(), entry.lineage());
        replace(first, 0, ContractJson.MAPPER.writeValueAsBytes(other));

        // When
        var second = done(Plans.cached("second", 0.25, 105));

        // Then
        assertThat(cached(second)).containsExactly(false, true);
    }

    @Test
    void anEntryIsFoundAmongThousands() throws IOException {
        // Given
        var first = done(Plans.cached("first", 0.25, 107));
        var value = ContractJson.MAPPER.writeValueAsBytes(entry(first, 0));
        try (var others = cluster.transactional("others")) {
            others.initTransactions();
            others.beginTransaction();
            for (int i = 0; i < OTHERS; i++) {
                others.send(
                        new ProducerRecord<>(cluster.topics().stepCache(), "prune:" + i, value));
            }
            others.commitTransaction();
        }

        // When
        var second = done(Plans.cached("second", 0.25, 107));
        var changed = done(Plans.cached("changed", 0.75, 107));

        // Then
        assertThat(cached(second)).containsExactly(true, true);
        assertThat(cached(changed)).containsExactly(true, false);
    }

    @Test
    void anEntryThatCannotBeReadIsNone() throws IOException {
        // Given
        var first = done(Plans.cached("first", 0.25, 106));
        replace(first, 0, "{\"runId\": ".getBytes(UTF_8));
        replace(first, 1, "{}".getBytes(UTF_8));

        // When
        var second = done(Plans.cached("second", 0.25, 106));

        // Then
        assertThat(cached(second)).containsExactly(false, false);
    }

    /** Runs the steps before bench; returns bench's job when the results are in the cache. */
    private Job done(Plan plan) throws IOException {
        var runId = UUID.randomUUID().toString();
        var job = new Jobs(store, folder).first(runId, plan);
        cluster.send(new EventRecords(cluster.topics(), "test").job(job));
        var bench = cluster.topics().jobs(StageName.BENCH);
        var next = cluster.awaitEvents(bench, runId, Job.class);
        assertThat(next).hasSize(1);
        if (cached(next.get(0)).contains(false)) {
            awaitEntries(next.get(0));
        }
        return next.get(0);
    }

    /** A transaction becomes visible in one topic after the other. */
    private void awaitEntries(Job job) {
        var made = cached(job).stream().filter(cached -> !cached).count();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(entries(job)).hasSize(Math.toIntExact(made)));
    }

    private static List<Boolean> cached(Job job) {
        return job.lineage().stream().map(LineageEntry::cached).toList();
    }

    /** Progress is published beside the transaction. */
    private void untilMessages(Job job, Consumer<List<String>> expected) {
        await().atMost(PATIENCE).untilAsserted(() -> expected.accept(messages(job)));
    }

    private List<String> messages(Job job) {
        return cluster.events(cluster.topics().progress(), job.runId(), Progress.class).stream()
                .map(Progress::message)
                .toList();
    }

    /** The entries that a run made, by their keys. */
    private Map<String, CachedResult> entries(Job job) {
        var found = new HashMap<String, CachedResult>();
        for (var record : cluster.read(cluster.topics().stepCache(), "read_committed")) {
            var subject = record.headers().lastHeader("ce_subject");
            if (subject != null && job.runId().equals(new String(subject.value(), UTF_8))) {
                found.put(record.key(), parsed(record.value()));
            }
        }
        return found;
    }

    private static CachedResult parsed(byte[] value) {
        try {
            return ContractJson.MAPPER.readValue(value, CachedResult.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CachedResult entry(Job job, int step) {
        return entries(job).get(key(job, step));
    }

    private String key(Job job, int step) {
        var output = job.lineage().get(step).output();
        return entries(job).entrySet().stream()
                .filter(entry -> entry.getValue().lineage().output().equals(output))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private void replace(Job job, int step, byte[] value) {
        cluster.send(new ProducerRecord<>(cluster.topics().stepCache(), key(job, step), value));
    }

    private void expire(ArtifactRef artifact) throws Exception {
        var partition = new TopicPartition(cluster.topics().artifacts(), artifact.partition());
        var deleted = RecordsToDelete.beforeOffset(artifact.lastOffset() + 1);
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.deleteRecords(Map.of(partition, deleted)).all().get();
        }
    }
}

package io.pitlane.tests.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.testing.Replica;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replicas of one stage come and go; what is in hand elsewhere is not begun anew. */
@Tag("long")
@Tag("containers")
@Timeout(600)
class ReplicasIT extends SharedTestCluster {
    private static final int PARTITIONS = 8;

    private static final long SEED_OF_NO_OTHER_TEST = 7;

    /** A replica that ends without a word would be missed after half an hour only. */
    private static final String LONG = "1800000";

    private final List<Waiting> runs = new ArrayList<>();
    private final List<Replica> started = new ArrayList<>();

    /** A run that waits half way for a word in its event log. */
    private record Waiting(String id, EventLog eventLog) {
        int begun() {
            return TestCluster.noted(eventLog, "begins at").size();
        }
    }

    /** In good order: the group would wait for members that are dead. */
    @AfterEach
    @Override
    void endReplicas() {
        started.forEach(Replica::askToEnd);
        started.forEach(Replica::terminate);
        super.endReplicas();
    }

    @Test
    void aThirdReplicaThatJoinsAndLeavesTakesNothingFromTheOthers() throws IOException {
        // Given
        start("a", Map.of());
        start("b", Map.of());
        submitOneToEachPartition();
        untilInHand(2);
        var before = inHand();

        // When
        var third = start("c", Map.of());
        untilInHand(3);
        var ofThird = inHand().stream().filter(run -> !before.contains(run)).toList();
        third.terminate();
        runs.forEach(run -> run.eventLog().permit("go"));

        // Then
        assertEachHandedOverOnce(runs);
        for (var run : runs) {
            assertThat(run.begun()).isEqualTo(ofThird.contains(run) ? 2 : 1);
        }
        assertThat(TestCluster.noted(ofThird.get(0).eventLog(), "begins at"))
                .containsExactly("begins at 0", "begins at " + CountingStage.LAST / 2);
    }

    @Test
    void aRollingRestartHandsOverWhatIsInHand() throws IOException {
        // Given
        var a = start("a", Map.of());
        var b = start("b", Map.of());
        submitOneToEachPartition();
        untilInHand(2);

        // When
        a.terminate();
        start("a", Map.of());
        b.terminate();
        start("b", Map.of());
        runs.forEach(run -> run.eventLog().permit("go"));

        // Then
        assertEachHandedOverOnce(runs);
        var begun = runs.stream().mapToInt(Waiting::begun).sum();
        assertThat(begun).as("once each, and again what a stop broke off").isBetween(10, 12);
    }

    @Test
    void aReplicaThatIsGivenTimeFinishesItsJobAndTheOthersTakeTheRest() throws IOException {
        // Given
        var patient = start("a", Map.of("pitlane.job.drain", "200S"));
        submitOneToEachPartition();
        untilInHand(1);
        var itsOwn = inHand().get(0);
        var others = runs.stream().filter(run -> run != itsOwn).toList();

        // When
        start("b", Map.of());
        patient.askToEnd();
        others.forEach(run -> run.eventLog().permit("go"));

        // Then
        assertEachHandedOverOnce(others);
        assertThat(patient.isAlive()).isTrue();
        itsOwn.eventLog().permit("go");
        assertEachHandedOverOnce(runs);
        TestCluster.until(() -> assertThat(patient.isAlive()).isFalse());
        assertThat(runs).allSatisfy(run -> assertThat(run.begun()).isEqualTo(1));
    }

    @Test
    void replicasThatDoTheSameAtOnceEndWithOneEntryOfTheStepCache() throws IOException {
        // Given
        start("a", Map.of());
        start("b", Map.of());
        submitOneToEachPartition(plan -> plan.toBuilder().cache(true).seed(SEED_OF_NO_OTHER_TEST));
        untilInHand(2);

        // When
        runs.forEach(run -> run.eventLog().permit("go"));

        // Then
        assertEachHandedOverOnce(runs);
        for (var run : runs) {
            assertThat(isCached(run)).as(run.id()).isEqualTo(run.begun() == 0);
        }
        assertThat(runs).filteredOn(run -> run.begun() > 0).hasSizeGreaterThanOrEqualTo(2);
        TestCluster.until(() -> assertThat(keysOfEntries()).hasSize(1));
    }

    private static boolean isCached(Waiting run) {
        var bench = Topics.DEFAULT.jobs(StageName.BENCH);
        var job = testCluster.cluster().events(bench, run.id(), Job.class).get(0);
        return job.lineage().get(0).cached();
    }

    /** Of these runs. */
    private Set<String> keysOfEntries() {
        var ids = runs.stream().map(Waiting::id).toList();
        return testCluster.cluster().read(Topics.DEFAULT.stepCache(), "read_committed").stream()
                .filter(entry -> ids.contains(runOf(entry)))
                .map(ConsumerRecord::key)
                .collect(Collectors.toSet());
    }

    private static String runOf(ConsumerRecord<String, byte[]> entry) {
        return new String(entry.headers().lastHeader("ce_subject").value(), UTF_8);
    }

    private Replica start(String name, Map<String, String> more) throws IOException {
        var settings = new HashMap<String, String>();
        settings.put("pitlane.stage", "prune");
        settings.put("pitlane.checkpoint.every", "1H");
        settings.put("mp.messaging.incoming.jobs.session.timeout.ms", LONG);
        settings.putAll(more);
        var replica = testCluster.launch(name, folder, settings);
        started.add(replica);
        return replica;
    }

    private void submitOneToEachPartition() throws IOException {
        submitOneToEachPartition(Plan::toBuilder);
    }

    private void submitOneToEachPartition(Function<Plan, Plan.Builder> changed) throws IOException {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            var id = UUID.randomUUID().toString();
            var own = TestCluster.folderForAll(folder.resolve(id));
            var plan = TestCluster.plan("hasty", own, "prune: {ratio: 0.5}");
            var first = testCluster.jobs().first(id, changed.apply(plan).build());
            var job = testCluster.events().job(first);
            testCluster
                    .cluster()
                    .send(
                            new ProducerRecord<>(
                                    job.topic(), partition, id, job.value(), job.headers()));
            runs.add(new Waiting(id, new EventLog(own.toString())));
        }
    }

    /** Runs that some replica is at. */
    private List<Waiting> inHand() {
        return runs.stream()
                .filter(run -> !TestCluster.noted(run.eventLog(), "holds").isEmpty())
                .toList();
    }

    private void untilInHand(int count) {
        TestCluster.until(() -> assertThat(inHand()).hasSize(count));
    }

    private static void assertEachHandedOverOnce(List<Waiting> of) {
        for (var run : of) {
            var topics = Topics.DEFAULT;
            testCluster.cluster().awaitEvents(topics.jobs(StageName.BENCH), run.id(), Object.class);
            assertThat(testCluster.cluster().committed(topics.jobs(StageName.BENCH), run.id()))
                    .hasSize(1);
            assertThat(testCluster.cluster().events(topics.failures(), run.id(), Failure.class))
                    .isEmpty();
        }
    }
}

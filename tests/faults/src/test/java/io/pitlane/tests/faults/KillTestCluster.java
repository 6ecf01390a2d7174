package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * A broker behind a proxy, one replica of prune and one of bench, all in processes of their own.
 */
final class KillTestCluster implements AutoCloseable {
    private final KafkaProxy proxy;
    private final BrokerProcess broker;
    private final TestCluster testCluster;
    private final TopicChecks checks;
    private final Map<String, ServiceProcess> replicas = new ConcurrentHashMap<>();
    private List<String> undisturbed;

    private KillTestCluster(Path folder) throws IOException {
        var behind = BrokerProcess.freePort();
        proxy = KafkaProxy.before(behind);
        broker = BrokerProcess.start(folder, behind, proxy.port());
        testCluster = TestCluster.open(folder, broker, proxy);
        checks = new TopicChecks(testCluster);
    }

    /** Starts everything, and has a run done that nobody disturbs. */
    static KillTestCluster open(Path folder) throws IOException {
        var all = new KillTestCluster(folder);
        all.start(StageName.PRUNE);
        all.start(StageName.BENCH);
        var calm =
                new Run(
                        UUID.randomUUID().toString(),
                        Files.createDirectory(folder.resolve("calm")));
        all.submit(calm, "free");
        all.undisturbed = all.checks.digests(calm.id());
        return all;
    }

    /**
     * A run to be disturbed.
     *
     * @param folder of its eventLog
     */
    record Run(String id, Path folder) {
        EventLog eventLog() {
            return new EventLog(folder.toString());
        }

        /** How often a stage has begun its work. */
        int begunBy(StageName stage) {
            var line = stage == StageName.BENCH ? "bench begins" : "begins at";
            return TestCluster.noted(eventLog(), line).size();
        }
    }

    TestCluster testCluster() {
        return testCluster;
    }

    BrokerProcess broker() {
        return broker;
    }

    KafkaProxy proxy() {
        return proxy;
    }

    TopicChecks checks() {
        return checks;
    }

    /** The first replica of a stage. */
    ServiceProcess replica(StageName stage) {
        return replicas.get(name(stage, 0));
    }

    /** Starts the first replica of a stage. */
    void start(StageName stage) throws IOException {
        start(stage, 0);
    }

    /** Starts a replica of a stage, under the name it always has. */
    void start(StageName stage, int number) throws IOException {
        var name = name(stage, number);
        var started =
                testCluster.start(
                        name,
                        Map.of("pitlane.stage", stage.label(), "pitlane.checkpoint.every", "0.2S"));
        replicas.put(name, started);
    }

    /** Ends a replica in good order: the others have its partitions at once. */
    void end(StageName stage, int number) {
        replicas.remove(name(stage, number)).terminate();
    }

    /** Kills a replica where it stands, and starts it again. */
    void restart(StageName stage, int number) throws IOException {
        replicas.get(name(stage, number)).kill();
        start(stage, number);
    }

    private static String name(StageName stage, int number) {
        return stage.label() + "-" + number;
    }

    static String transactionalId(StageName stage) {
        return "pitlane." + stage.label() + "." + name(stage, 0);
    }

    void submit(Run run, String name) throws IOException {
        submit(run, plan(run, name));
    }

    private static Plan plan(Run run, String name) {
        return TestCluster.plan(name, run.folder(), "prune: {ratio: 0.5}");
    }

    private void submit(Run run, Plan plan) throws IOException {
        testCluster
                .cluster()
                .send(testCluster.events().job(testCluster.jobs().first(run.id(), plan)));
    }

    /** Submits a run and returns when a stage is where it is to be disturbed. */
    void reach(KillPoint killPoint, StageName stage, Run run) throws Exception {
        if (killPoint.isAtTheProxy()) {
            var hold = killPoint.holdAt(proxy, "producer-" + transactionalId(stage));
            submit(run, "free");
            hold.await();
            assertThat(checks.transaction(transactionalId(stage))).isIn(states(killPoint));
        } else if (killPoint == KillPoint.IN_MID_WORK) {
            submit(run, stage == StageName.BENCH ? "heldbench" : "held");
            TestCluster.untilNoted(run.eventLog(), "holds", 1);
        } else {
            submit(run, "free");
            while (!hasInputs(replica(stage))) {
                Thread.onSpinWait();
            }
            replica(stage).pause();
            assertThat(run.begunBy(stage)).isZero();
        }
    }

    /**
     * Submits a run whose step all runs before it have done, and returns when prune is to be
     * disturbed as it hands the known result over.
     */
    void reachCached(KillPoint killPoint, Run run) throws Exception {
        var transaction = transactionalId(StageName.PRUNE);
        var hold = killPoint.holdAt(proxy, "producer-" + transaction);
        submit(run, plan(run, "free").toBuilder().cache(true).build());
        hold.await();
        assertThat(checks.transaction(transaction)).isIn(states(killPoint));
    }

    private static List<TransactionState> states(KillPoint killPoint) {
        return switch (killPoint) {
            case BEFORE_RECORDS ->
                    List.of(
                            TransactionState.EMPTY,
                            TransactionState.ONGOING,
                            TransactionState.COMPLETE_COMMIT);
            case AFTER_COMMIT ->
                    List.of(TransactionState.PREPARE_COMMIT, TransactionState.COMPLETE_COMMIT);
            default -> List.of(TransactionState.ONGOING);
        };
    }

    private static boolean hasInputs(ServiceProcess replica) throws IOException {
        var inputs = replica.folder().resolve("work/job/inputs");
        if (!Files.isDirectory(inputs)) {
            return false;
        }
        try (var present = Files.list(inputs)) {
            return present.findAny().isPresent();
        }
    }

    /** Everything that was held back goes on, or is lost with whom it belonged to. */
    void release(Run run) {
        proxy.release();
        run.eventLog().permit("go");
    }

    /** The run ends as the one did that nobody disturbed. */
    void assertEndedOnce(Run run) {
        assertOneResult(run);
        checks.assertNothingLeftOpen();
    }

    /** The same, without the checks of what all runs share. */
    void assertOneResult(Run run) {
        assertThat(checks.digests(run.id())).isEqualTo(undisturbed);
        checks.assertOneResult(run.id());
    }

    @Override
    public void close() {
        testCluster.close();
    }
}

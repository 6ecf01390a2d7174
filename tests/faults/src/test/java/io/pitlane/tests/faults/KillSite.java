package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

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

/** A broker behind a gate, one replica of prune and one of bench, all in processes of their own. */
final class KillSite implements AutoCloseable {
    private final KafkaGate gate;
    private final BrokerProcess broker;
    private final Site site;
    private final Ledger ledger;
    private final Map<String, ServiceProcess> replicas = new ConcurrentHashMap<>();
    private List<String> undisturbed;

    private KillSite(Path folder) throws IOException {
        var behind = BrokerProcess.freePort();
        gate = KafkaGate.before(behind);
        broker = BrokerProcess.start(folder, behind, gate.port());
        site = Site.open(folder, broker, gate);
        ledger = new Ledger(site);
    }

    /** Starts everything, and has a run done that nobody disturbs. */
    static KillSite open(Path folder) throws IOException {
        var all = new KillSite(folder);
        all.start(StageName.PRUNE);
        all.start(StageName.BENCH);
        var calm =
                new Run(
                        UUID.randomUUID().toString(),
                        Files.createDirectory(folder.resolve("calm")));
        all.submit(calm, "free");
        all.undisturbed = all.ledger.digests(calm.id());
        return all;
    }

    /**
     * A run to be disturbed.
     *
     * @param folder of its diary
     */
    record Run(String id, Path folder) {
        Diary diary() {
            return new Diary(folder.toString());
        }

        /** How often a stage has begun its work. */
        int begunBy(StageName stage) {
            var line = stage == StageName.BENCH ? "bench begins" : "begins at";
            return Site.noted(diary(), line).size();
        }
    }

    Site site() {
        return site;
    }

    BrokerProcess broker() {
        return broker;
    }

    KafkaGate gate() {
        return gate;
    }

    Ledger ledger() {
        return ledger;
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
                site.start(
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
        var plan = Site.plan(name, run.folder(), "prune: {ratio: 0.5}");
        site.cluster().send(site.events().job(site.jobs().first(run.id(), plan)));
    }

    /** Submits a run and returns when a stage is where it is to be disturbed. */
    void reach(Moment moment, StageName stage, Run run) throws Exception {
        if (moment.isAtTheGate()) {
            var hold = moment.holdAt(gate, "producer-" + transactionalId(stage));
            submit(run, "free");
            hold.await();
            assertThat(ledger.transaction(transactionalId(stage))).isIn(states(moment));
        } else if (moment == Moment.IN_MID_WORK) {
            submit(run, stage == StageName.BENCH ? "heldbench" : "held");
            Site.untilNoted(run.diary(), "holds", 1);
        } else {
            submit(run, "free");
            while (!hasInputs(replica(stage))) {
                Thread.onSpinWait();
            }
            replica(stage).pause();
            assertThat(run.begunBy(stage)).isZero();
        }
    }

    private static List<TransactionState> states(Moment moment) {
        return moment == Moment.AFTER_COMMIT
                ? List.of(TransactionState.PREPARE_COMMIT, TransactionState.COMPLETE_COMMIT)
                : List.of(TransactionState.ONGOING);
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
        gate.release();
        run.diary().permit("go");
    }

    /** The run ends as the one did that nobody disturbed. */
    void assertEndedOnce(Run run) {
        ledger.assertEndedOnce(run.id(), undisturbed);
    }

    @Override
    public void close() {
        site.close();
    }
}

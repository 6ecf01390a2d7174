package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Topics;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.artifact.ArtifactCache;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.testing.Cluster;
import io.pitlane.pipeline.testing.ContainerCluster;
import io.pitlane.pipeline.testing.Jobs;
import io.pitlane.pipeline.testing.Replica;
import io.pitlane.pipeline.testing.ServiceProcess;
import io.pitlane.pipeline.topics.TopicLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** A broker, and what a test does with it. */
final class TestCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;
    private final String forServices;
    private final AutoCloseable broker;
    private final Path folder;
    private final Cluster cluster;
    private final KafkaArtifactStore artifacts;
    private final List<Replica> replicas = new ArrayList<>();

    private TestCluster(
            String bootstrapServers, String forServices, AutoCloseable broker, Path folder) {
        this.bootstrapServers = bootstrapServers;
        this.forServices = forServices;
        this.broker = broker;
        this.folder = folder;
        this.cluster = new Cluster(bootstrapServers);
        this.artifacts = store(Topics.DEFAULT.artifacts());
    }

    /** With a broker in this process, or in a container where the build asks for containers. */
    static TestCluster open(Path folder) {
        return ContainerCluster.askedFor() ? inContainers(folder) : inProcess(folder);
    }

    private static TestCluster inContainers(Path folder) {
        var cluster = ContainerCluster.start();
        var testCluster =
                new TestCluster(cluster.bootstrapServers(), cluster.forServices(), cluster, folder);
        testCluster.createTopics();
        return testCluster;
    }

    private static TestCluster inProcess(Path folder) {
        var kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        kafka.createTopics(new TopicLayout(Topics.DEFAULT).all());
        return new TestCluster(kafka.bootstrapServers(), kafka.bootstrapServers(), kafka, folder);
    }

    /** With a broker in a process of its own, to which services come through a proxy. */
    static TestCluster open(Path folder, BrokerProcess broker, KafkaProxy proxy) {
        var testCluster =
                new TestCluster(
                        broker.bootstrapServers(),
                        "127.0.0.1:" + proxy.port(),
                        () -> {
                            proxy.close();
                            broker.close();
                        },
                        folder);
        testCluster.createTopics();
        return testCluster;
    }

    private void createTopics() {
        try (var admin = Admin.create(client())) {
            new TopicLayout(Topics.DEFAULT).createMissing(admin);
        }
    }

    /** How the test itself reaches the broker. */
    Map<String, Object> client() {
        return Map.of("bootstrap.servers", bootstrapServers);
    }

    /** How services reach it. */
    String forServices() {
        return forServices;
    }

    Cluster cluster() {
        return cluster;
    }

    EventRecords events() {
        return new EventRecords(Topics.DEFAULT, "test");
    }

    /** The store of models and data. */
    KafkaArtifactStore artifacts() {
        return artifacts;
    }

    /** A store of the artifacts of one topic. */
    KafkaArtifactStore store(String topic) {
        return store(topic, "cache");
    }

    /**
     * The same with a cache of its own.
     *
     * @param cache name of its folder
     */
    KafkaArtifactStore store(String topic, String cache) {
        return new KafkaArtifactStore(
                client(),
                topic,
                new ArtifactCache(folder.resolve(cache), 1L << 30),
                Duration.ofSeconds(30));
    }

    /** Makes jobs whose artifacts are in the log. */
    Jobs jobs() {
        return new Jobs(artifacts, folder);
    }

    /** A plan whose model path is the event log's folder. */
    static Plan plan(String name, Path eventLog, String step) {
        return PlanReader.read(written(name, eventLog, step));
    }

    /**
     * The same as its author wrote it. Its stages behave as the name says, which the keys of the
     * step cache do not depend on, so its steps are always done.
     */
    static String written(String name, Path eventLog, String step) {
        return """
                name: %s
                model: %s
                data:
                  train: {images: images.gz, labels: labels.gz}
                  test: {images: images.gz, labels: labels.gz}
                steps:
                  - %s
                  - bench: {}
                cache: false
                """
                .formatted(name, eventLog, step);
    }

    ServiceProcess start(String name, Map<String, String> settings) throws IOException {
        var replica = ServiceProcess.start(forServices, name, folder, settings);
        replicas.add(replica);
        return replica;
    }

    /**
     * Starts a replica as a process, or as a container where the build asks for containers.
     *
     * @param eventLog the folder that it writes its event log to
     */
    Replica launch(String name, Path eventLog, Map<String, String> settings) throws IOException {
        if (broker instanceof ContainerCluster cluster) {
            var replica = InContainer.replica(cluster, name, eventLog, settings);
            replicas.add(replica);
            replica.start();
            return replica;
        }
        return start(name, settings);
    }

    /**
     * Makes a folder, if it is not there, that a service of any user may write an event log into.
     */
    static Path folderForAll(Path folder) throws IOException {
        Files.createDirectories(folder);
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** Lets time pass. */
    static void pass(Duration time) {
        await().pollDelay(time).atMost(time.multipliedBy(2)).until(() -> true);
    }

    /** Waits for something to hold. */
    static void until(org.awaitility.core.ThrowingRunnable holds) {
        await().atMost(PATIENCE).pollInterval(POLL).untilAsserted(holds);
    }

    /** Waits until the event log has as many lines that begin so. */
    static void untilNoted(EventLog eventLog, String beginning, int count) {
        until(() -> assertThat(noted(eventLog, beginning)).hasSizeGreaterThanOrEqualTo(count));
    }

    static List<String> noted(EventLog eventLog, String beginning) {
        return eventLog.lines().stream().filter(line -> line.startsWith(beginning)).toList();
    }

    /** Ends the replicas of a test. */
    void clear() {
        replicas.forEach(Replica::close);
        replicas.clear();
    }

    @Override
    public void close() {
        clear();
        cluster.close();
        artifacts.close();
        try {
            broker.close();
        } catch (Exception e) {
            throw new IllegalStateException("the broker does not end", e);
        }
    }
}

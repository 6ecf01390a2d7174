package io.pitlane.tests.faults;

import io.pitlane.contract.Topics;
import io.pitlane.kafka.secured.SecuredKafka;
import io.pitlane.pipeline.artifact.ArtifactCache;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.testing.Cluster;
import io.pitlane.pipeline.testing.DeclaredAccess;
import io.pitlane.pipeline.testing.Jobs;
import io.pitlane.pipeline.testing.ServiceProcess;
import io.pitlane.pipeline.topics.TopicLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A broker that lets nobody in without a password, and services that have one each. */
final class SecuredTestCluster implements AutoCloseable {
    private final SecuredKafka kafka;
    private final Path folder;
    private final Cluster cluster;
    private final Map<String, ServiceProcess> replicas = new HashMap<>();

    private SecuredTestCluster(SecuredKafka kafka, Path folder) {
        this.kafka = kafka;
        this.folder = folder;
        this.cluster = new Cluster(kafka.client());
    }

    static SecuredTestCluster open(Path folder) {
        var kafka = SecuredKafka.start(folder);
        kafka.createTopics(new TopicLayout(Topics.DEFAULT).all());
        for (var access : DeclaredAccess.all(Topics.DEFAULT)) {
            kafka.addUser(access.service(), access.acls("User:" + access.service()));
        }
        return new SecuredTestCluster(kafka, folder);
    }

    SecuredKafka kafka() {
        return kafka;
    }

    Cluster cluster() {
        return cluster;
    }

    EventRecords events() {
        return new EventRecords(Topics.DEFAULT, "test");
    }

    /** Makes jobs whose artifacts are in the log. */
    Jobs jobs() {
        return new Jobs(
                new KafkaArtifactStore(
                        new HashMap<>(kafka.client()),
                        Topics.DEFAULT.artifacts(),
                        new ArtifactCache(folder.resolve("cache"), 1L << 30),
                        Duration.ofSeconds(30)),
                folder);
    }

    /** Starts the service of a stage with the user of that name. */
    ServiceProcess start(String stage, Map<String, String> settings) throws IOException {
        return start(stage, stage, settings);
    }

    /** Starts the service of a stage with another user. */
    ServiceProcess start(String stage, String user, Map<String, String> settings)
            throws IOException {
        var all = new HashMap<>(settings);
        all.put("pitlane.stage", stage);
        all.putAll(DeclaredAccess.settings(stage));
        // Built to take trials whatever its stage, which no delivered service but nas is.
        all.put("mp.messaging.incoming.trials.enabled", String.valueOf(stage.equals("nas")));
        var environment = environment(kafka.client(user));
        var replica = ServiceProcess.startIn(environment, stage + "-as-" + user, folder, all);
        replicas.put(stage, replica);
        return replica;
    }

    /** Kafka's settings as a container gets them. */
    private static Map<String, String> environment(Map<String, String> client) {
        var environment = new HashMap<String, String>();
        client.forEach(
                (name, value) ->
                        environment.put(
                                "KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT), value));
        return environment;
    }

    /** Ends a stage's service as kill -9 does. */
    void kill(String stage) {
        replicas.get(stage).kill();
    }

    /** What a stage's service has printed, its killed predecessors of the same user included. */
    String log(String stage) throws IOException {
        return replicas.get(stage).log();
    }

    /** Ends the replicas of a test. */
    void clear() {
        replicas.values().forEach(ServiceProcess::close);
        replicas.clear();
    }

    @Override
    public void close() {
        clear();
        cluster.close();
        kafka.close();
    }
}

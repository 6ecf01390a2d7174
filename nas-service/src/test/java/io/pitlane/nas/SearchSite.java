package io.pitlane.nas;

import static org.awaitility.Awaitility.await;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Checkpoint;
import io.pitlane.contract.Job;
import io.pitlane.contract.Plan;
import io.pitlane.contract.Progress;
import io.pitlane.contract.RunModel;
import io.pitlane.contract.StageName;
import io.pitlane.contract.Topics;
import io.pitlane.contract.TrialScore;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArtifactCache;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.testing.Cluster;
import io.pitlane.pipeline.testing.ContainerCluster;
import io.pitlane.pipeline.testing.Replica;
import io.pitlane.pipeline.testing.ServiceProcess;
import io.pitlane.pipeline.topics.TopicLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.assertj.core.api.Assertions;
import org.awaitility.core.ThrowingRunnable;

/** A broker, replicas of the packaged service, and one search. */
final class SearchSite implements AutoCloseable {
    private static final Map<String, String> REPLICA =
            Map.of(
                    "pitlane.job.threads", "1",
                    "pitlane.job.jvm-options", "-Xmx256m,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC",
                    "pitlane.checkpoint.every", "0.2S");

    private final Path folder;
    private final String runId;
    private final String bootstrapServers;
    private final AutoCloseable broker;
    private final KafkaArtifactStore store;
    private final Cluster cluster;
    private final Map<String, Replica> replicas = new HashMap<>();

    private SearchSite(Path folder, String runId, String bootstrapServers, AutoCloseable broker) {
        this.folder = folder;
        this.runId = runId;
        this.bootstrapServers = bootstrapServers;
        this.broker = broker;
        this.cluster = new Cluster(bootstrapServers);
        this.store =
                new KafkaArtifactStore(
                        Map.of("bootstrap.servers", bootstrapServers),
                        Topics.DEFAULT.artifacts(),
                        new ArtifactCache(folder.resolve("cache"), 1L << 30),
                        Duration.ofSeconds(30));
    }

    /** In processes, or in containers where the build asks for containers. */
    static SearchSite open(Path folder, String runId) {
        if (ContainerCluster.askedFor()) {
            var cluster = ContainerCluster.start();
            createTopics(cluster.bootstrapServers());
            return new SearchSite(folder, runId, cluster.bootstrapServers(), cluster);
        }
        var kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        createTopics(kafka.bootstrapServers());
        return new SearchSite(folder, runId, kafka.bootstrapServers(), kafka);
    }

    private static void createTopics(String bootstrapServers) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            new TopicLayout(Topics.DEFAULT).createMissing(admin);
        }
    }

    void start(String name) throws IOException {
        replicas.put(name, broker instanceof ContainerCluster c ? started(c, name) : started(name));
    }

    private Replica started(String name) throws IOException {
        return ServiceProcess.start(bootstrapServers, name, folder, REPLICA);
    }

    private static Replica started(ContainerCluster cluster, String name) {
        var replica = cluster.service("nas-service").withSettings(Replica.settings(name, REPLICA));
        replica.start();
        return replica;
    }

    void kill(String name) {
        replicas.get(name).kill();
    }

    /**
     * Submits the first step of a plan.
     *
     * @param model folder of the SavedModel
     * @param files the data, by the paths of the plan
     */
    void submit(Plan plan, Path model, Map<String, Path> files) {
        var packedModel = folder.resolve("model.tar.gz");
        Archive.pack(model, packedModel);
        var packedData = folder.resolve("data.tar.gz");
        Archive.packFiles(files, packedData);
        var original = store.publish(ArtifactRef.Kind.MODEL, packedModel);
        var job =
                new Job(
                        runId,
                        plan,
                        0,
                        store.publish(ArtifactRef.Kind.DATA, packedData),
                        List.of(new RunModel(RunModel.ORIGINAL, original, List.of())),
                        List.of(),
                        Instant.now());
        cluster.send(new EventRecords(Topics.DEFAULT, "test").job(job));
    }

    /** The original's score and those of so many trials, as far as they are there. */
    List<TrialScore> scores(int trials, int epochs) {
        return IntStream.range(-1, trials)
                .mapToObj(number -> runId + ":0:" + number + ":" + (number < 0 ? 0 : epochs))
                .flatMap(key -> events(Topics.DEFAULT.scores(), key, TrialScore.class))
                .toList();
    }

    private <T> Stream<T> events(String topic, String key, Class<T> type) {
        return cluster.events(topic, key, type).stream();
    }

    /** What the run said of itself. */
    List<String> told() {
        return events(Topics.DEFAULT.progress(), runId, Progress.class)
                .map(Progress::message)
                .toList();
    }

    /** Whether what the step's training has come to is in the log. */
    boolean isCheckpointed() {
        return events(Topics.DEFAULT.checkpoints(), runId + ":0", Checkpoint.class)
                .anyMatch(checkpoint -> checkpoint.artifact() != null);
    }

    /** Whether the step is over. */
    boolean isDone() {
        return !cluster.committed(following(), runId).isEmpty();
    }

    /** The one job that follows, once there is one. */
    Job next() {
        until(() -> Assertions.assertThat(cluster.committed(following(), runId)).hasSize(1));
        return cluster.events(following(), runId, Job.class).get(0);
    }

    private static String following() {
        return Topics.DEFAULT.jobs(StageName.BENCH);
    }

    /** A model of the run as a SavedModel. */
    Path unpacked(RunModel model) throws IOException {
        var target = Files.createTempDirectory(folder, "model");
        Archive.unpack(store.fetch(model.artifact()), target, Archive.Limits.MODEL);
        return target;
    }

    static void until(ThrowingRunnable holds) {
        await().atMost(Duration.ofSeconds(180)).untilAsserted(holds);
    }

    @Override
    public void close() {
        replicas.values().forEach(Replica::close);
        store.close();
        cluster.close();
        try {
            broker.close();
        } catch (Exception e) {
            throw new IllegalStateException("the broker does not end", e);
        }
    }
}

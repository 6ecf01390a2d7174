package io.pitlane.nas;

import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.StageName;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
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

/** A broker, replicas of the packaged service, and the run of one search. */
final class SearchTestBed implements AutoCloseable {
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

    private SearchTestBed(
            Path folder, String runId, String bootstrapServers, AutoCloseable broker) {
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

    /** Starts the broker: in this process, or in a container if the build asks for containers. */
    static SearchTestBed open(Path folder, String runId) {
        if (ContainerCluster.askedFor()) {
            var cluster = ContainerCluster.start();
            createTopics(cluster.bootstrapServers());
            return new SearchTestBed(folder, runId, cluster.bootstrapServers(), cluster);
        }
        var kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        createTopics(kafka.bootstrapServers());
        return new SearchTestBed(folder, runId, kafka.bootstrapServers(), kafka);
    }

    private static void createTopics(String bootstrapServers) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            new TopicLayout(Topics.DEFAULT).createMissing(admin);
        }
    }

    void start(String name) throws IOException {
        replicas.put(
                name,
                broker instanceof ContainerCluster c ? startReplica(c, name) : startReplica(name));
    }

    private Replica startReplica(String name) throws IOException {
        return ServiceProcess.start(bootstrapServers, name, folder, REPLICA);
    }

    private static Replica startReplica(ContainerCluster cluster, String name) {
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

    /** The original's score and those of this many trials, as far as they have arrived. */
    List<TrialScore> scores(int trials, int epochs) {
        return IntStream.range(-1, trials)
                .mapToObj(number -> runId + ":0:" + number + ":" + (number < 0 ? 0 : epochs))
                .flatMap(key -> events(Topics.DEFAULT.scores(), key, TrialScore.class))
                .toList();
    }

    private <T> Stream<T> events(String topic, String key, Class<T> type) {
        return cluster.events(topic, key, type).stream();
    }

    /** The progress messages of the run. */
    List<String> progressMessages() {
        return events(Topics.DEFAULT.progress(), runId, Progress.class)
                .map(Progress::message)
                .toList();
    }

    /** Whether the winner's training has written a checkpoint. */
    boolean isCheckpointed() {
        return events(Topics.DEFAULT.checkpoints(), runId + ":0", Checkpoint.class)
                .anyMatch(checkpoint -> checkpoint.artifact() != null);
    }

    /** Whether the step is complete. */
    boolean isDone() {
        return !cluster.committed(followingTopic(), runId).isEmpty();
    }

    /** Waits for the job of the following step, of which there is exactly one. */
    Job followingJob() {
        until(() -> Assertions.assertThat(cluster.committed(followingTopic(), runId)).hasSize(1));
        return cluster.events(followingTopic(), runId, Job.class).get(0);
    }

    private static String followingTopic() {
        return Topics.DEFAULT.jobs(StageName.BENCH);
    }

    /** A model of the run as a SavedModel. */
    Path unpacked(RunModel model) throws IOException {
        var target = Files.createTempDirectory(folder, "model");
        Archive.unpack(
                store.fetch(model.artifact()), target, ArchiveLimits.of(model.artifact(), 1 << 30));
        return target;
    }

    static void until(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(180)).untilAsserted(assertion);
    }

    @Override
    public void close() {
        replicas.values().forEach(Replica::close);
        store.close();
        cluster.close();
        try {
            broker.close();
        } catch (Exception e) {
            throw new IllegalStateException("the broker does not stop", e);
        }
    }
}

package io.pitlane.pipeline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Plan;
import io.pitlane.contract.PlanReader;
import io.pitlane.contract.Topics;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.artifact.ArtifactCache;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.testing.Cluster;
import io.pitlane.pipeline.testing.Jobs;
import io.pitlane.pipeline.topics.TopicLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A broker, and what a test does with it. */
final class Site implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final EmbeddedKafka kafka;
    private final Path folder;
    private final List<ServiceProcess> replicas = new ArrayList<>();

    private Site(EmbeddedKafka kafka, Path folder) {
        this.kafka = kafka;
        this.folder = folder;
    }

    static Site open(Path folder) {
        var kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        kafka.createTopics(new TopicLayout(Topics.DEFAULT).all());
        return new Site(kafka, folder);
    }

    Cluster cluster() {
        return new Cluster(kafka.bootstrapServers());
    }

    EventRecords events() {
        return new EventRecords(Topics.DEFAULT, "test");
    }

    /** The store of artifacts of one topic. */
    KafkaArtifactStore store(String topic) {
        return new KafkaArtifactStore(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                topic,
                new ArtifactCache(folder.resolve("cache"), 1L << 30),
                Duration.ofSeconds(30));
    }

    /** Makes jobs whose artifacts are in the log. */
    Jobs jobs() {
        return new Jobs(store(Topics.DEFAULT.artifacts()), folder);
    }

    /** A plan whose model path is the diary's folder. */
    static Plan plan(String name, Path diary, String step) {
        return PlanReader.read(
                """
                name: %s
                model: %s
                data:
                  train: {images: images.gz, labels: labels.gz}
                  test: {images: images.gz, labels: labels.gz}
                steps:
                  - %s
                  - bench: {}
                """
                        .formatted(name, diary, step));
    }

    ServiceProcess start(String name, Map<String, String> settings) throws IOException {
        var replica = ServiceProcess.start(kafka.bootstrapServers(), name, folder, settings);
        replicas.add(replica);
        return replica;
    }

    /** Waits for something to hold. */
    static void until(org.awaitility.core.ThrowingRunnable holds) {
        await().atMost(PATIENCE).untilAsserted(holds);
    }

    /** Waits until the diary has as many lines that begin so. */
    static void untilNoted(Diary diary, String beginning, int count) {
        until(() -> assertThat(noted(diary, beginning)).hasSizeGreaterThanOrEqualTo(count));
    }

    static List<String> noted(Diary diary, String beginning) {
        return diary.lines().stream().filter(line -> line.startsWith(beginning)).toList();
    }

    /** Ends the replicas of a test. */
    void clear() {
        replicas.forEach(ServiceProcess::close);
        replicas.clear();
    }

    @Override
    public void close() {
        clear();
        kafka.close();
    }
}

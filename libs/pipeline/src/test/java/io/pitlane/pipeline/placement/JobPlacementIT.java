package io.pitlane.pipeline.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.step.StageName;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.testing.Plans;
import io.pitlane.pipeline.topics.TopicAccess;
import io.pitlane.pipeline.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class JobPlacementIT {
    private static final StageName STAGE = StageName.PRUNE;

    @TempDir static Path data;
    private static EmbeddedKafka kafka;

    /** Topics of its own for every test. */
    private final Topics topics = new Topics("t" + UUID.randomUUID() + ".");

    private final String topic = topics.jobs(STAGE);
    private final EventRecords events = new EventRecords(topics, "test");
    private final JobPlacement placement = new JobPlacement(client(), topics);
    private KafkaProducer<String, byte[]> producer;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(data);
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void createTopics() {
        kafka.createTopics(new TopicLayout(topics).all());
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "transactional.id",
                                UUID.randomUUID().toString()),
                        new StringSerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
    }

    @AfterEach
    void close() {
        producer.close();
        placement.close();
    }

    @Test
    void eightJobsCoverEightPartitionsBeforeTheFirstReplicaStarts() {
        // When
        var used = publish(8);

        // Then
        assertThat(used).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void sixteenJobsAreTwoInEachPartitionOfOneReplica() {
        // Given
        try (var replica = member()) {
            settle(List.of(replica));

            // When
            var used = publish(16);

            // Then
            assertThat(used.stream().collect(Collectors.groupingBy(p -> p, Collectors.counting())))
                    .hasSize(8)
                    .values()
                    .containsOnly(2L);
        }
    }

    @Test
    void aJobGoesToTheReplicaThatIsIdle() {
        // Given
        try (var busy = member();
                var idle = member()) {
            settle(List.of(busy, idle));
            var first = publish(1).get(0);
            var worker = partitions(busy).contains(first) ? busy : idle;
            var other = worker == busy ? idle : busy;

            // When
            var next = publish(1).get(0);

            // Then
            assertThat(partitions(other)).contains(next);

            // When
            commitAll(worker, first);

            // Then
            assertThat(partitions(worker)).contains(publish(1).get(0));
        }
    }

    @Test
    void aPartitionWhoseJobsAreDoneIsIdleAgain() {
        // Given
        try (var replica = member()) {
            settle(List.of(replica));
            var used = publish(8);
            var done = used.get(3);
            commitAll(replica, done);

            // When
            var next = publish(1);

            // Then
            assertThat(next).containsExactly(done);
        }
    }

    @Test
    void aJobThatIsNotYetCommittedCounts() {
        // Given
        producer.beginTransaction();
        var first = job();
        var partition = placement.partition(first);
        producer.send(events.job(first, partition));
        producer.flush();

        // When
        var others = IntStream.range(0, 20).mapToObj(i -> placement.partition(job())).toList();

        // Then
        assertThat(others).doesNotContain(partition);
        producer.abortTransaction();
    }

    @Test
    void withoutTheClusterAJobGoesToThePartitionOfItsKey() {
        // Given
        var missing = new Topics("missing.");

        // When
        try (var blind = new JobPlacement(client(), missing)) {
            var partition = blind.partition(job());

            // Then
            assertThat(partition).isEmpty();
        }
        assertThat(events.job(job(), OptionalInt.empty()).partition()).isNull();
    }

    /** Publishes jobs one after the other; the partitions that they went to. */
    private List<Integer> publish(int count) {
        var used = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            var job = job();
            var partition = placement.partition(job);
            producer.beginTransaction();
            producer.send(events.job(job, partition));
            producer.commitTransaction();
            used.add(partition.orElseThrow());
        }
        return used;
    }

    private static Job job() {
        var model = new ArtifactRef("0a".repeat(32), 1, ArtifactRef.Kind.MODEL, 0, 0, 0, 1);
        return new Job(
                UUID.randomUUID().toString(),
                Plans.named("signs"),
                0,
                model,
                List.of(new RunModel(RunModel.ORIGINAL, model, List.of())),
                List.of(),
                Instant.now());
    }

    /** A replica of the stage, as far as the group knows. */
    private KafkaConsumer<String, byte[]> member() {
        var member =
                new KafkaConsumer<String, byte[]>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "group.id",
                                TopicAccess.jobGroup(topics, STAGE),
                                "enable.auto.commit",
                                false),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        member.subscribe(List.of(topic));
        return member;
    }

    private static void settle(List<KafkaConsumer<String, byte[]>> members) {
        while (members.stream().anyMatch(m -> m.assignment().size() != 8 / members.size())) {
            members.forEach(m -> m.poll(Duration.ofMillis(50)));
        }
    }

    private static Set<Integer> partitions(KafkaConsumer<String, byte[]> member) {
        return member.assignment().stream()
                .map(TopicPartition::partition)
                .collect(Collectors.toSet());
    }

    private void commitAll(KafkaConsumer<String, byte[]> member, int partition) {
        var done = new TopicPartition(topic, partition);
        var end = member.endOffsets(List.of(done)).get(done);
        member.commitSync(Map.of(done, new OffsetAndMetadata(end)));
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }
}

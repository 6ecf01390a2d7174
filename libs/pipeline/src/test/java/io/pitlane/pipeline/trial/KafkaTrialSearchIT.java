package io.pitlane.pipeline.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.search.SearchEnd;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.testing.Cluster;
import io.pitlane.pipeline.testing.Plans;
import io.pitlane.pipeline.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class KafkaTrialSearchIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final EventRecords EVENTS = new EventRecords(TOPICS, "test");

    @TempDir static Path data;
    private static EmbeddedKafka kafka;
    private static Cluster cluster;

    private final Job job = job(UUID.randomUUID().toString());
    private final EventSender sender = new EventSender(client());
    private final TrialExchange exchange =
            new KafkaTrialExchange(client(), TOPICS, EVENTS, sender, PATIENCE);

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(data);
        kafka.createTopics(new TopicLayout(TOPICS).all());
        cluster = new Cluster(kafka.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        cluster.close();
        kafka.close();
    }

    @AfterEach
    void closeSender() {
        sender.close();
    }

    @Test
    void trialsAreSpreadOverTheReplicasEvenly() {
        // Given
        try (var first = replica();
                var second = replica();
                var search = exchange.open(job)) {
            settle(first, second);
            assertThat(search.replicas()).isEqualTo(2);

            // When
            IntStream.range(0, 4).forEach(i -> search.publish(trial(i)));

            // Then
            var places = IntStream.range(0, 4).mapToObj(i -> published(i).get(0)).toList();
            assertThat(ofReplica(first, places)).hasSize(2);
            assertThat(ofReplica(second, places)).hasSize(2);
            assertThat(places).extracting(ConsumerRecord::partition).doesNotHaveDuplicates();

            // When
            score(ofReplica(second, places).get(0));
            assertThat(search.await(PATIENCE)).isTrue();
            search.publish(trial(4));

            // Then
            assertThat(ofReplica(second, published(4))).hasSize(1);
        }
    }

    @Test
    void aSuccessorKnowsTrialsAndScoresAndPublishesNothingTwice() {
        // Given
        try (var search = exchange.open(job)) {
            assertThat(search.replicas()).isEqualTo(1);
            List.of(7, 3, 5).forEach(i -> search.publish(trial(i)));
            search.publish(trial(7));
            sender.send(EVENTS.score(TrialScore.of(trial(3), 0.5, 1, 1, null)));
            assertThat(search.await(PATIENCE)).isTrue();
            assertThat(search.await(Duration.ofMillis(1))).isFalse();
        }

        // When
        try (var successor = exchange.open(job)) {
            successor.publish(trial(7));
            successor.publish(trial(5));

            // Then
            assertThat(successor.scores()).extracting(TrialScore::number).containsExactly(3);
            assertThat(successor.pending()).containsExactly(trial(7), trial(5));
        }
        assertThat(published(7)).hasSize(1);
        assertThat(published(5)).hasSize(1);
    }

    @Test
    void aSearchSeesNeitherOtherRunsNorTheEndItOnceCameTo() {
        // Given
        var longer = job(job.runId() + "0");
        try (var other = exchange.open(longer)) {
            other.publish(new Trial(longer, 0, "genome", 1));
        }
        sender.send(EVENTS.score(TrialScore.of(new Trial(longer, 1, "g", 1), 0.5, 1, 1, null)));
        sender.send(EVENTS.searchEnd(job));

        // When
        try (var search = exchange.open(job)) {
            // Then
            assertThat(search.pending()).isEmpty();
            assertThat(search.scores()).isEmpty();
        }
        var ends = cluster.committed(TOPICS.scores(), SearchEnd.key(job));
        assertThat(ends.get(ends.size() - 1).value()).isNull();
    }

    @Test
    void aTrialThatNoReplicaCanReadHasAScore() {
        // Given
        var key = trial(2).key();
        sender.send(new ProducerRecord<>(TOPICS.trials(), 0, key, new byte[] {1}));
        sender.send(EVENTS.score(TrialScore.unreadable(key, "It is no trial.").orElseThrow()));
        try (var search = exchange.open(job)) {
            assertThat(search.scores()).isEmpty();

            // When
            search.publish(trial(2));

            // Then
            assertThat(search.pending()).isEmpty();
            assertThat(search.scores())
                    .containsExactly(TrialScore.failed(trial(2), "It is no trial."));
        }
        assertThat(published(2)).hasSize(1);
    }

    private static KafkaConsumer<String, byte[]> replica() {
        var member = cluster.member(TOPICS.trials());
        member.subscribe(List.of(TOPICS.trials()));
        return member;
    }

    private static void settle(
            KafkaConsumer<String, byte[]> first, KafkaConsumer<String, byte[]> second) {
        while (first.assignment().size() != 4 || second.assignment().size() != 4) {
            first.poll(Duration.ofMillis(50));
            second.poll(Duration.ofMillis(50));
        }
    }

    private static List<ConsumerRecord<String, byte[]>> ofReplica(
            KafkaConsumer<String, byte[]> replica, List<ConsumerRecord<String, byte[]>> records) {
        var numbers = replica.assignment().stream().map(p -> p.partition()).toList();
        return records.stream().filter(r -> numbers.contains(r.partition())).toList();
    }

    private void score(ConsumerRecord<String, byte[]> published) {
        IntStream.range(0, 4)
                .mapToObj(this::trial)
                .filter(trial -> trial.key().equals(published.key()))
                .forEach(t -> sender.send(EVENTS.score(TrialScore.of(t, 0.5, 1, 1, null))));
    }

    private List<ConsumerRecord<String, byte[]>> published(int number) {
        return new ArrayList<>(cluster.committed(TOPICS.trials(), trial(number).key()));
    }

    private Trial trial(int number) {
        return new Trial(job, number, "genome-" + number, 2);
    }

    private static Job job(String runId) {
        return new Job(runId, Plans.named("works"), 0, null, List.of(), List.of(), Instant.now());
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }
}

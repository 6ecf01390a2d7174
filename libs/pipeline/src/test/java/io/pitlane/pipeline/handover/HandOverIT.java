package io.pitlane.pipeline.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.testing.Cluster;
import io.pitlane.pipeline.testing.GroupMember;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class HandOverIT {
    private static final ConsumerRecord<String, byte[]> MESSAGE =
            new ConsumerRecord<>("jobs", 0, 0, "key", new byte[0]);

    @TempDir static Path data;
    private static EmbeddedKafka kafka;

    private GroupMember member;
    private Cluster cluster;
    private HandOver handOver;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(data);
        kafka.createTopics(
                List.of(
                        new NewTopic(MESSAGE.topic(), 1, (short) 1),
                        new NewTopic("outcome", 1, (short) 1)));
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void open() {
        member = new GroupMember(kafka.bootstrapServers(), "stage", MESSAGE.topic()).assigned();
        cluster = new Cluster(kafka.bootstrapServers());
        handOver = new HandOver(Map.of("bootstrap.servers", kafka.bootstrapServers()), "replica");
    }

    @AfterEach
    void close() {
        handOver.close();
        cluster.close();
        member.close();
    }

    @Test
    void writesThatFailLeaveNothingBehindAndTheNextAreCommitted() {
        // Given
        var claim = member.claim(MESSAGE);
        HandOver.Writes failing =
                producer -> {
                    producer.send(record("half"));
                    throw new UncheckedIOException(new IOException("the disk is gone"));
                };

        // When
        assertThatThrownBy(() -> handOver.commit(claim, failing)).hasMessageContaining("disk");
        var committed = handOver.commit(claim, producer -> producer.send(record("whole")));

        // Then
        assertThat(committed).isTrue();
        // The end of a transaction is written to its topics after the commit.
        await().until(() -> !cluster.read("outcome", "read_committed").isEmpty());
        assertThat(cluster.read("outcome", "read_committed"))
                .extracting(ConsumerRecord::key)
                .containsExactly("whole");
    }

    @Test
    @Timeout(30)
    void aCommitThatWaitsForTheBrokerEndsWhenItIsClosed() {
        // Given
        var waiting = new HandOver(Map.of("bootstrap.servers", "127.0.0.1:1"), "waiting");
        var init = CompletableFuture.runAsync(waiting::initTransactions);
        await().until(() -> isRunning("kafka-producer-network-thread | producer-waiting"));

        // When
        waiting.close();

        // Then
        assertThatThrownBy(init::join).hasCauseInstanceOf(KafkaException.class);
    }

    private static boolean isRunning(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(running -> running.getName().equals(thread));
    }

    private static ProducerRecord<String, byte[]> record(String key) {
        return new ProducerRecord<>("outcome", key, new byte[0]);
    }
}

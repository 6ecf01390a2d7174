package io.pitlane.pipeline.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.testing.Cluster;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
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

    private Consumer<String, byte[]> consumer;
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
        consumer =
                new org.apache.kafka.clients.consumer.KafkaConsumer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers(), "group.id", "stage"),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(List.of(new TopicPartition(MESSAGE.topic(), MESSAGE.partition())));
        cluster = new Cluster(kafka.bootstrapServers());
        handOver = new HandOver(Map.of("bootstrap.servers", kafka.bootstrapServers()), "replica");
    }

    @AfterEach
    void close() {
        handOver.close();
        cluster.close();
        consumer.close();
    }

    @Test
    void writesThatFailLeaveNothingBehindAndTheNextAreCommitted() {
        // Given
        var claim = new Claim(polling(), MESSAGE);
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
        assertThat(cluster.read("outcome", "read_committed"))
                .extracting(ConsumerRecord::key)
                .containsExactly("whole");
    }

    private static ProducerRecord<String, byte[]> record(String key) {
        return new ProducerRecord<>("outcome", key, new byte[0]);
    }

    /** A consumer that answers on the thread of the test. */
    @SuppressWarnings("unchecked")
    private KafkaConsumer<String, byte[]> polling() {
        return (KafkaConsumer<String, byte[]>)
                Proxy.newProxyInstance(
                        HandOverIT.class.getClassLoader(),
                        new Class<?>[] {KafkaConsumer.class},
                        (proxy, method, arguments) ->
                                Uni.createFrom()
                                        .item(
                                                ((Function<Consumer<String, byte[]>, ?>)
                                                                arguments[0])
                                                        .apply(consumer)));
    }
}

package io.pitlane.pipeline.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads a topic from its beginning, and each time what has come since. */
final class TopicReader implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();

    /**
     * A reader that has read nothing yet.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     */
    TopicReader(Map<String, Object> client, String topic, String isolation) {
        var settings = new HashMap<>(client);
        settings.put("isolation.level", isolation);
        settings.put("auto.offset.reset", "earliest");
        // Closing waits for the answer to its last question.
        settings.put("fetch.max.wait.ms", "50");
        consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer());
        var partitions =
                consumer.partitionsFor(topic).stream()
                        .map(p -> new TopicPartition(topic, p.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Everything up to what is the end of the topic now. */
    List<ConsumerRecord<String, byte[]>> read() {
        var partitions = consumer.assignment();
        var end = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(p -> consumer.position(p) < end.get(p))) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return List.copyOf(records);
    }

    @Override
    public void close() {
        consumer.close();
    }
}

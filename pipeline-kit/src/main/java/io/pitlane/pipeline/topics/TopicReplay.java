package io.pitlane.pipeline.topics;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads a topic's committed records, each once, without a consumer group: for those who must know
 * everything that has been said before they act. For one thread at a time.
 *
 * <p>The end that is read to is the end of all records, not of the committed ones: what a
 * transaction holds that is being committed at this moment is waited for.
 */
public final class TopicReplay implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int FETCH_WAIT_MILLIS = 50;

    private final String topic;
    private final Duration patience;
    private final Consumer<ConsumerRecord<String, byte[]>> reader;
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;
    private List<TopicPartition> partitions = List.of();

    /**
     * A reading that starts at the topic's beginning.
     *
     * @param client how to reach Kafka
     * @param patience while the topic does not move, which an open transaction may be the cause of
     * @param reader told of each record; those of a partition in their order
     */
    public TopicReplay(
            Map<String, Object> client,
            String topic,
            Duration patience,
            Consumer<ConsumerRecord<String, byte[]>> reader) {
        this.topic = topic;
        this.patience = patience;
        this.reader = reader;
        this.admin = Admin.create(client);
        var settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A consumer that is closed waits for the answer to its last question: half a second by
        // default where nothing new comes, and every job has one.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        this.consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Leaves out what was written before a time; to be called first, if at all. */
    public void skipTo(Instant time) {
        var times = assigned().stream().collect(Collectors.toMap(p -> p, p -> time.toEpochMilli()));
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, found) -> {
                            if (found == null) {
                                consumer.seekToEnd(List.of(partition));
                            } else {
                                consumer.seek(partition, found.offset());
                            }
                        });
    }

    /**
     * Reads everything that is in the topic now.
     *
     * @throws KafkaException when the topic cannot be read, or does not move for too long
     */
    public void catchUp() {
        var ends = ends(assigned());
        var moved = Instant.now();
        while (ends.entrySet().stream()
                .anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            var before = positions();
            poll(POLL);
            if (!positions().equals(before)) {
                moved = Instant.now();
            } else if (moved.plus(patience).isBefore(Instant.now())) {
                throw new KafkaException(
                        topic + " does not move: " + before + " of " + ends + " read");
            }
        }
    }

    /** Reads what comes within a time; returns when something came. */
    public void poll(Duration atMost) {
        assigned();
        consumer.poll(atMost).forEach(reader);
    }

    private List<TopicPartition> assigned() {
        if (partitions.isEmpty()) {
            var found =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(found);
            consumer.seekToBeginning(found);
            partitions = found;
        }
        return partitions;
    }

    private Map<TopicPartition, Long> positions() {
        return partitions.stream().collect(Collectors.toMap(p -> p, consumer::position));
    }

    private Map<TopicPartition, Long> ends(Collection<TopicPartition> of) {
        var latest = of.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        try {
            return admin.listOffsets(latest).all().get().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while reading " + topic, e);
        } catch (ExecutionException e) {
            throw new KafkaException("the end of " + topic + " is unknown", e.getCause());
        }
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}

package io.pitlane.pipeline.topics;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads all committed records of a topic, each once, without a consumer group. For one thread at a
 * time.
 *
 * <p>Catching up includes the records of transactions that are being committed at that moment.
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
     * A replay from the topic's beginning.
     *
     * @param client how to reach Kafka
     * @param patience while the topic does not move, as during an open transaction
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
        // To be closed, a consumer waits for its last fetch: half a second by default where nothing
        // new comes, and every job closes one.
        this.consumer =
                CommittedLog.consumer(
                        client, Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS));
    }

    /** Skips records that are older than a time; to be called first, if at all. */
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
     * Reads up to the current end of the topic.
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

    /** Waits up to a time for new records, and reads them. */
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
        try {
            return CommittedLog.endOffsets(admin, of);
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

package io.pitlane.pipeline.topics;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The keys of a compacted topic whose latest record has a value. Reads the topic when first asked.
 * Thread-safe.
 */
public final class CompactedKeys implements AutoCloseable {
    private final Set<String> keys = new HashSet<>();
    private final Map<String, Object> client;
    private final String topic;
    private final Duration patience;
    private TopicReplay replay;

    /**
     * Nothing is read yet.
     *
     * @param client how to reach Kafka
     * @param patience while the topic does not move
     */
    public CompactedKeys(Map<String, Object> client, String topic, Duration patience) {
        this.client = Map.copyOf(client);
        this.topic = topic;
        this.patience = patience;
    }

    /**
     * Whether one of these keys has a value now.
     *
     * @throws KafkaException when the topic cannot be read
     */
    public synchronized boolean containsAny(String... asked) {
        if (replay == null) {
            replay = new TopicReplay(client, topic, patience, this::accept);
        }
        replay.catchUp();
        return Stream.of(asked).anyMatch(keys::contains);
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            keys.remove(record.key());
        } else {
            keys.add(record.key());
        }
    }

    @Override
    public synchronized void close() {
        if (replay != null) {
            replay.close();
            replay = null;
        }
    }
}

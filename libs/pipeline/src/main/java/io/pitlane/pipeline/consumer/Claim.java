package io.pitlane.pipeline.consumer;

import io.smallrye.mutiny.TimeoutException;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * This replica's claim on one message. It is held as long as the message's partition is assigned to
 * this replica and no later offset is committed; during an hour-long job, either may change.
 */
public final class Claim {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KafkaConsumer<String, byte[]> consumer;
    private final TopicPartition partition;
    private final long offset;

    /**
     * A claim on a message.
     *
     * @param consumer the one that received it
     */
    public Claim(KafkaConsumer<String, byte[]> consumer, ConsumerRecord<String, byte[]> record) {
        this.consumer = consumer;
        this.partition = new TopicPartition(record.topic(), record.partition());
        this.offset = record.offset();
    }

    /** The partition of the message. */
    TopicPartition partition() {
        return partition;
    }

    /**
     * Whether this replica is still the one to process the message.
     *
     * @throws KafkaException when the group cannot be asked
     */
    public boolean isHeld() {
        return groupMetadata().isPresent();
    }

    /**
     * The current membership in the consumer group; empty when the claim is not held. A commit made
     * with it fails if the group changes in between.
     *
     * @throws KafkaException when the group cannot be asked
     */
    public Optional<ConsumerGroupMetadata> groupMetadata() {
        try {
            return onPollingThread(this::currentMetadata);
        } catch (TimeoutException e) {
            throw new KafkaException("the consumer of " + partition + " does not answer", e);
        }
    }

    private <R> R onPollingThread(Function<Consumer<String, byte[]>, R> question) {
        return consumer.runOnPollingThread(question).await().atMost(PATIENCE);
    }

    private Optional<ConsumerGroupMetadata> currentMetadata(Consumer<String, byte[]> polling) {
        if (!polling.assignment().contains(partition)) {
            return Optional.empty();
        }
        var committed = polling.committed(Set.of(partition)).get(partition);
        return committed != null && committed.offset() > offset
                ? Optional.empty()
                : Optional.of(polling.groupMetadata());
    }

    /** The offset to commit when the message is processed. */
    public Map<TopicPartition, OffsetAndMetadata> nextOffset() {
        return Map.of(partition, new OffsetAndMetadata(offset + 1));
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}

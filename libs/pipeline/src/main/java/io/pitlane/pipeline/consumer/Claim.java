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
        return onPollingThread(this::currentMetadata);
    }

    /**
     * Whether some replica has committed the message: then no claim on it is ever held again.
     *
     * @throws KafkaException when the group cannot be asked
     */
    boolean isSettled() {
        return onPollingThread(this::isSettled);
    }

    private <R> R onPollingThread(Function<Consumer<String, byte[]>, R> question) {
        try {
            return consumer.runOnPollingThread(question).await().atMost(PATIENCE);
        } catch (TimeoutException e) {
            throw new KafkaException("the consumer of " + partition + " does not answer", e);
        }
    }

    private Optional<ConsumerGroupMetadata> currentMetadata(Consumer<String, byte[]> polling) {
        if (!polling.assignment().contains(partition) || isSettled(polling)) {
            return Optional.empty();
        }
        // A member that was expelled and has not polled since still has its assignment; the broker
        // would not check the generation of a commit without one.
        return Optional.of(polling.groupMetadata()).filter(member -> member.generationId() >= 0);
    }

    private boolean isSettled(Consumer<String, byte[]> polling) {
        var committed = polling.committed(Set.of(partition)).get(partition);
        return committed != null && committed.offset() > offset;
    }

    /** The offset to commit while the message is being processed. */
    public Map<TopicPartition, OffsetAndMetadata> currentOffset() {
        return Map.of(partition, new OffsetAndMetadata(offset));
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

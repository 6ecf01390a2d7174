package io.pitlane.pipeline.worker;

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
 * This instance's claim on one message. It stands as long as the message's partition is ours and
 * nobody has committed past it; in an hour-long job, either may change.
 */
final class Claim {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KafkaConsumer<String, byte[]> consumer;
    private final TopicPartition place;
    private final long offset;

    Claim(KafkaConsumer<String, byte[]> consumer, ConsumerRecord<String, byte[]> record) {
        this.consumer = consumer;
        this.place = new TopicPartition(record.topic(), record.partition());
        this.offset = record.offset();
    }

    /** Where the message is. */
    TopicPartition place() {
        return place;
    }

    boolean stands() {
        return membership().isPresent();
    }

    /**
     * Our membership in the group at this moment, empty when the claim does not stand. A commit
     * made with it fails should the group change in between.
     *
     * @throws KafkaException when the group cannot be asked
     */
    Optional<ConsumerGroupMetadata> membership() {
        try {
            return onPollingThread(this::membershipNow);
        } catch (TimeoutException e) {
            throw new KafkaException("the consumer of " + place + " does not answer", e);
        }
    }

    private <R> R onPollingThread(Function<Consumer<String, byte[]>, R> question) {
        return consumer.runOnPollingThread(question).await().atMost(PATIENCE);
    }

    private Optional<ConsumerGroupMetadata> membershipNow(Consumer<String, byte[]> polling) {
        if (!polling.assignment().contains(place)) {
            return Optional.empty();
        }
        var committed = polling.committed(Set.of(place)).get(place);
        return committed != null && committed.offset() > offset
                ? Optional.empty()
                : Optional.of(polling.groupMetadata());
    }

    /** What is committed when the message is dealt with. */
    Map<TopicPartition, OffsetAndMetadata> afterwards() {
        return Map.of(place, new OffsetAndMetadata(offset + 1));
    }

    @Override
    public String toString() {
        return place + "@" + offset;
    }
}

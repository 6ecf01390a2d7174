package io.pitlane.gateway.topics;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.event.DeadLetterRecords;
import jakarta.inject.Singleton;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Sends records that cannot be processed, now or ever, to the dead letters. */
@Singleton
public class DeadLetters {
    private static final Logger LOG = Logger.getLogger(DeadLetters.class);
    private static final int MAX_REASON_CHARS = 2000;

    /** With reason and headers still below Kafka's limit on records. */
    private static final int MAX_VALUE_BYTES = 512 * 1024;

    private final EventProducer producer;
    private final DeadLetterRecords letters;

    DeadLetters(EventProducer producer, Topics topics) {
        this.producer = producer;
        this.letters = new DeadLetterRecords(topics);
    }

    /** Publishes the record as a dead letter and commits its offset, or neither. */
    public void send(ConsumerRecord<String, byte[]> record, String reason, ConsumedOffset offset) {
        var shortened = reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARS));
        LOG.warnf(
                "Sending a record to the dead letters, topic %s, offset %d: %s",
                record.topic(), record.offset(), shortened);
        var letter =
                record.serializedValueSize() > MAX_VALUE_BYTES
                        ? letters.withoutValue(record, shortened)
                        : letters.of(record, shortened);
        producer.publish(List.of(letter), offset);
    }
}

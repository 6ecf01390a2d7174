package io.pitlane.pipeline.event;

import io.pitlane.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Malformed messages as records of the dead-letter topic, with the reason in a header. */
public final class DeadLetterRecords {
    private static final String REASON = "pitlane-reason";
    private static final String TOPIC = "pitlane-topic";
    private static final String PARTITION = "pitlane-partition";
    private static final String OFFSET = "pitlane-offset";

    private final Topics topics;

    public DeadLetterRecords(Topics topics) {
        this.topics = topics;
    }

    /**
     * Alternatives for the dead letter of a message, each smaller than the one before: the whole
     * message, without its value, and without key and headers as well.
     */
    public List<ProducerRecord<String, byte[]>> alternatives(
            ConsumerRecord<String, byte[]> message, String reason) {
        return List.of(
                of(message, reason),
                withoutValue(message, reason),
                letter(message, null, null, new RecordHeaders(), reason));
    }

    /** The whole message, headers included, with its topic, partition, offset and the reason. */
    public ProducerRecord<String, byte[]> of(
            ConsumerRecord<String, byte[]> message, String reason) {
        return letter(message, message.key(), message.value(), message.headers(), reason);
    }

    /**
     * The same without the value, where message and reason together are larger than Kafka takes.
     */
    public ProducerRecord<String, byte[]> withoutValue(
            ConsumerRecord<String, byte[]> message, String reason) {
        return letter(message, message.key(), null, message.headers(), reason);
    }

    private ProducerRecord<String, byte[]> letter(
            ConsumerRecord<String, byte[]> message,
            String key,
            byte[] value,
            Headers headers,
            String reason) {
        var letter = new ProducerRecord<>(topics.deadLetters(), null, key, value, headers);
        letter.headers().add(REASON, bytes(reason));
        letter.headers().add(TOPIC, bytes(message.topic()));
        letter.headers().add(PARTITION, bytes("" + message.partition()));
        letter.headers().add(OFFSET, bytes("" + message.offset()));
        return letter;
    }

    /** Why a message became this dead letter; empty where the letter does not say. */
    public static Optional<String> reason(ConsumerRecord<String, byte[]> letter) {
        return header(letter, REASON);
    }

    /** The topic that a dead letter was on; empty where the letter does not say. */
    public static Optional<String> topic(ConsumerRecord<String, byte[]> letter) {
        return header(letter, TOPIC);
    }

    /** The offset that a dead letter had; empty where the letter does not say. */
    public static Optional<Long> offset(ConsumerRecord<String, byte[]> letter) {
        return header(letter, OFFSET).filter(text -> text.matches("\\d{1,18}")).map(Long::valueOf);
    }

    private static Optional<String> header(ConsumerRecord<String, byte[]> letter, String name) {
        return Optional.ofNullable(letter.headers().lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.pitlane.pipeline.worker;

import io.pitlane.contract.FailureException;
import io.pitlane.contract.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Messages that nobody can work with, put aside with the reason. */
final class DeadLetters {
    private final Topics topics;

    DeadLetters(Topics topics) {
        this.topics = topics;
    }

    /**
     * Puts a message aside and commits past it, together with what else is to be said.
     *
     * @return false when the claim does not stand any more
     */
    boolean put(
            HandOver handOver,
            Claim claim,
            ConsumerRecord<String, byte[]> message,
            String reason,
            HandOver.Writes more) {
        try {
            return conclude(handOver, claim, of(message, reason), more);
        } catch (FailureException e) {
            return conclude(handOver, claim, withoutValue(message, reason), more);
        }
    }

    private static boolean conclude(
            HandOver handOver,
            Claim claim,
            ProducerRecord<String, byte[]> letter,
            HandOver.Writes more) {
        return handOver.conclude(
                claim,
                producer -> {
                    producer.send(letter);
                    more.to(producer);
                });
    }

    /** The message as it was, headers included, plus where it was and what is wrong with it. */
    private ProducerRecord<String, byte[]> of(
            ConsumerRecord<String, byte[]> message, String reason) {
        return letter(message, message.value(), reason);
    }

    /**
     * The same without the value, where message and reason together are larger than Kafka takes.
     */
    private ProducerRecord<String, byte[]> withoutValue(
            ConsumerRecord<String, byte[]> message, String reason) {
        return letter(message, null, reason);
    }

    private ProducerRecord<String, byte[]> letter(
            ConsumerRecord<String, byte[]> message, byte[] value, String reason) {
        var letter =
                new ProducerRecord<>(
                        topics.deadLetters(), null, message.key(), value, message.headers());
        letter.headers().add("pitlane-reason", bytes(reason));
        letter.headers().add("pitlane-topic", bytes(message.topic()));
        letter.headers().add("pitlane-partition", bytes("" + message.partition()));
        letter.headers().add("pitlane-offset", bytes("" + message.offset()));
        return letter;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

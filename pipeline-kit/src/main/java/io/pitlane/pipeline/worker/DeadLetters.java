package io.pitlane.pipeline.worker;

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

    /** The message as it was, headers included, plus where it was and what is wrong with it. */
    ProducerRecord<String, byte[]> of(ConsumerRecord<String, byte[]> message, String reason) {
        var letter =
                new ProducerRecord<>(
                        topics.deadLetters(),
                        null,
                        message.key(),
                        message.value(),
                        message.headers());
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

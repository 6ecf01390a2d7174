package io.pitlane.pipeline.worker;

import io.pitlane.contract.FailureException;
import io.pitlane.contract.Topics;
import io.pitlane.pipeline.event.DeadLetterRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Messages that nobody can work with, put aside with the reason. */
final class DeadLetters {
    private final DeadLetterRecords letters;

    DeadLetters(Topics topics) {
        this.letters = new DeadLetterRecords(topics);
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
            return conclude(handOver, claim, letters.of(message, reason), more);
        } catch (FailureException e) {
            return conclude(handOver, claim, letters.withoutValue(message, reason), more);
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
}

package io.pitlane.gateway.triggers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.event.DeadLetterRecords;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ArrivedTriggersTest {
    private static final Topics TOPICS = Topics.DEFAULT;

    private final ArrivedTriggers triggers = new ArrivedTriggers(TOPICS, 3);

    @Test
    void aRefusalIsOfItsTriggerWhicheverIsReadFirst() {
        // When
        triggers.accept(record(TOPICS.triggers(), 1));
        triggers.refused(letter(record(TOPICS.triggers(), 1), "is no trigger"));
        triggers.refused(letter(record(TOPICS.triggers(), 2), "knows no model"));
        triggers.accept(record(TOPICS.triggers(), 2));

        // Then
        assertThat(triggers.newest(10))
                .extracting(ArrivedTrigger::offset, ArrivedTrigger::refusal)
                .containsExactly(tuple(2L, "knows no model"), tuple(1L, "is no trigger"));
    }

    @Test
    void theLettersOfOtherTopicsRefuseNothing() {
        // When
        triggers.accept(record(TOPICS.triggers(), 1));
        triggers.refused(letter(record(TOPICS.approvals(), 1), "is no decision"));
        triggers.refused(record(TOPICS.deadLetters(), 1));

        // Then
        assertThat(triggers.newest(10)).extracting(ArrivedTrigger::refusal).containsOnlyNulls();
    }

    @Test
    void onlyTheNewestAreKept() {
        // When
        for (int offset = 0; offset < 10; offset++) {
            triggers.accept(record(TOPICS.triggers(), offset));
        }

        // Then
        assertThat(triggers.newest(10))
                .extracting(ArrivedTrigger::offset)
                .containsExactly(9L, 8L, 7L);
        assertThat(triggers.newest(1)).hasSize(1);
    }

    private static ConsumerRecord<String, byte[]> record(String topic, long offset) {
        return new ConsumerRecord<>(
                topic, 0, offset, "key", "no event".getBytes(StandardCharsets.UTF_8));
    }

    private static ConsumerRecord<String, byte[]> letter(
            ConsumerRecord<String, byte[]> message, String reason) {
        var sent = new DeadLetterRecords(TOPICS).of(message, reason);
        var letter = new ConsumerRecord<>(sent.topic(), 0, 7, sent.key(), sent.value());
        sent.headers().forEach(letter.headers()::add);
        return letter;
    }
}

package io.pitlane.gateway.triggers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Trigger;
import io.pitlane.pipeline.event.DeadLetterRecords;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ArrivedTriggersTest {
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(60), ZoneOffset.UTC);

    private final ArrivedTriggers triggers = new ArrivedTriggers(TOPICS, 3, CLOCK);

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

    @Test
    void aRefusedRequestIsListedByTheTimeOfItsLastAttempt() {
        // Given
        triggers.accept(record(TOPICS.triggers(), 1));

        // When
        triggers.refused(Optional.of(received("a")), "knows no model");
        triggers.refused(Optional.empty(), "is no trigger");
        triggers.refused(Optional.of(received("a")), "too many runs");

        // Then
        assertThat(triggers.newest(10))
                .extracting(ArrivedTrigger::model, ArrivedTrigger::refusal)
                .containsExactly(
                        tuple(null, "is no trigger"),
                        tuple("signs", "too many runs"),
                        tuple(null, null));
    }

    @Test
    void onlyTheNewestRefusedRequestsAreKept() {
        // When
        for (int i = 0; i < 10; i++) {
            triggers.refused(Optional.of(received("event " + i)), "reason " + i);
        }

        // Then
        assertThat(triggers.newest(10))
                .extracting(ArrivedTrigger::refusal)
                .containsExactly("reason 7", "reason 8", "reason 9");
    }

    private static ReceivedTrigger received(String id) {
        var event =
                CloudEventBuilder.v1()
                        .withId(id)
                        .withSource(URI.create("/training"))
                        .withType(Trigger.TYPE)
                        .build();
        return new ReceivedTrigger(event, new Trigger("signs", "00", null));
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

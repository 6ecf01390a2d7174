package io.pitlane.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionEndsTest {
    private static final TopicPartition JOBS = new TopicPartition("jobs", 0);

    private final Delivered delivered = new Delivered();
    private final DeliveryWatch watch = new DeliveryWatch();
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");

    @BeforeEach
    void assign() {
        watch.configure(delivered.customize("jobs", null, new HashMap<>()));
        consumer.assign(List.of(JOBS));
        consumer.updateBeginningOffsets(Map.of(JOBS, 0L));
    }

    @Test
    void theEndOfATransactionBehindTheLastJobThatIsDoneIsCommitted() {
        // Given
        take(4);
        commit(5);
        consumer.seek(JOBS, 6);

        // When
        var past = TransactionEnds.past(consumer, delivered);

        // Then
        assertThat(past).containsExactly(Map.entry(JOBS, new OffsetAndMetadata(6)));
    }

    @Test
    void aJobInHandIsNotCommitted() {
        // Given
        take(4);
        commit(4);
        consumer.seek(JOBS, 6);

        // When
        var past = TransactionEnds.past(consumer, delivered);

        // Then
        assertThat(past).isEmpty();
    }

    @Test
    void theVeryFirstJobInHandIsNotCommitted() {
        // Given
        take(0);

        // When
        var past = TransactionEnds.past(consumer, delivered);

        // Then
        assertThat(consumer.position(JOBS)).isEqualTo(1);
        assertThat(past).isEmpty();
    }

    @Test
    void whatIsCommittedAlreadyIsNotCommittedAgain() {
        // Given
        take(4);
        commit(5);

        // When
        var past = TransactionEnds.past(consumer, delivered);

        // Then
        assertThat(past).isEmpty();
    }

    private void take(long offset) {
        consumer.seek(JOBS, offset);
        consumer.addRecord(new ConsumerRecord<>(JOBS.topic(), 0, offset, "run", new byte[0]));
        watch.onConsume(cast(consumer.poll(Duration.ZERO)));
    }

    @SuppressWarnings("unchecked")
    private static ConsumerRecords<Object, Object> cast(ConsumerRecords<?, ?> records) {
        return (ConsumerRecords<Object, Object>) records;
    }

    private void commit(long offset) {
        consumer.commitSync(Map.of(JOBS, new OffsetAndMetadata(offset)));
    }
}

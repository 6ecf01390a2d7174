package io.pitlane.pipeline.consumer;

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

class ControlRecordCommitterTest {
    private static final TopicPartition JOBS = new TopicPartition("jobs", 0);

    private final LastPolledOffsets lastPolled = new LastPolledOffsets();
    private final PolledOffsetInterceptor interceptor = new PolledOffsetInterceptor();
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");

    @BeforeEach
    void assign() {
        interceptor.configure(lastPolled.customize("jobs", null, new HashMap<>()));
        consumer.assign(List.of(JOBS));
        consumer.updateBeginningOffsets(Map.of(JOBS, 0L));
    }

    @Test
    void aControlRecordBehindTheLastFinishedJobIsCommitted() {
        // Given
        poll(4);
        commit(5);
        consumer.seek(JOBS, 6);

        // When
        var past = ControlRecordCommitter.past(consumer, lastPolled);

        // Then
        assertThat(past).containsExactly(Map.entry(JOBS, new OffsetAndMetadata(6)));
    }

    @Test
    void aJobInFlightIsNotCommitted() {
        // Given
        poll(4);
        commit(4);
        consumer.seek(JOBS, 6);

        // When
        var past = ControlRecordCommitter.past(consumer, lastPolled);

        // Then
        assertThat(past).isEmpty();
    }

    @Test
    void theVeryFirstJobInFlightIsNotCommitted() {
        // Given
        poll(0);

        // When
        var past = ControlRecordCommitter.past(consumer, lastPolled);

        // Then
        assertThat(consumer.position(JOBS)).isEqualTo(1);
        assertThat(past).isEmpty();
    }

    @Test
    void whatIsCommittedAlreadyIsNotCommittedAgain() {
        // Given
        poll(4);
        commit(5);

        // When
        var past = ControlRecordCommitter.past(consumer, lastPolled);

        // Then
        assertThat(past).isEmpty();
    }

    private void poll(long offset) {
        consumer.seek(JOBS, offset);
        consumer.addRecord(new ConsumerRecord<>(JOBS.topic(), 0, offset, "run", new byte[0]));
        interceptor.onConsume(cast(consumer.poll(Duration.ZERO)));
    }

    @SuppressWarnings("unchecked")
    private static ConsumerRecords<Object, Object> cast(ConsumerRecords<?, ?> records) {
        return (ConsumerRecords<Object, Object>) records;
    }

    private void commit(long offset) {
        consumer.commitSync(Map.of(JOBS, new OffsetAndMetadata(offset)));
    }
}

package io.pitlane.pipeline.consumer;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Records the offset of the last message that a poll returned from each partition. */
public final class PolledOffsetInterceptor implements ConsumerInterceptor<Object, Object> {
    /** Client setting: the live map of offsets. */
    static final String OFFSETS = "pitlane.last.polled.offsets";

    private Map<TopicPartition, Long> offsets;

    @Override
    @SuppressWarnings("unchecked")
    public void configure(Map<String, ?> settings) {
        offsets = (Map<TopicPartition, Long>) settings.get(OFFSETS);
    }

    @Override
    public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> records) {
        for (var partition : records.partitions()) {
            for (var message : records.records(partition)) {
                offsets.merge(partition, message.offset(), Math::max);
            }
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Only polled offsets are recorded.
    }

    @Override
    public void close() {
        // Holds nothing of its own.
    }
}

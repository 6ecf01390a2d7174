package io.pitlane.pipeline.worker;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Notes which message of each partition a poll returned last. */
public final class DeliveryWatch implements ConsumerInterceptor<Object, Object> {
    /** Client setting: the live map that is filled in. */
    static final String LAST = "pitlane.delivered.last";

    private Map<TopicPartition, Long> last;

    @Override
    @SuppressWarnings("unchecked")
    public void configure(Map<String, ?> settings) {
        last = (Map<TopicPartition, Long>) settings.get(LAST);
    }

    @Override
    public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> records) {
        for (var partition : records.partitions()) {
            for (var message : records.records(partition)) {
                last.merge(partition, message.offset(), Math::max);
            }
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Which messages were taken is of interest, not which were committed.
    }

    @Override
    public void close() {
        // Holds nothing of its own.
    }
}

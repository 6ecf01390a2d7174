package io.pitlane.gateway.topics;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The offset of a group member, to be committed in the transaction of what it produced.
 *
 * @param partition the partition that it reads
 * @param next offset of the first record that is not processed
 * @param member metadata of the member; once another has taken its place, the transaction fails
 */
public record ConsumedOffset(TopicPartition partition, long next, ConsumerGroupMetadata member) {

    Map<TopicPartition, OffsetAndMetadata> offsets() {
        return Map.of(partition, new OffsetAndMetadata(next));
    }
}

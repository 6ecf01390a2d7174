package io.pitlane.gateway.topics;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a member of a group has come, to be committed with what it made of it.
 *
 * @param partition what it reads
 * @param next offset of the first record that it has not dealt with
 * @param member it, as the group knows it: once it is replaced, its transactions are refused
 */
public record ConsumedOffset(TopicPartition partition, long next, ConsumerGroupMetadata member) {

    Map<TopicPartition, OffsetAndMetadata> offsets() {
        return Map.of(partition, new OffsetAndMetadata(next));
    }
}

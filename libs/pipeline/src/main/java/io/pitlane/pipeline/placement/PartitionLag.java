package io.pitlane.pipeline.placement;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** How many records of a topic a consumer group has not processed; one at work counts. */
public final class PartitionLag {
    private final Admin admin;

    /**
     * @param admin stays open
     */
    public PartitionLag(Admin admin) {
        this.admin = admin;
    }

    /**
     * The records of each partition from the offset of the group to the end.
     *
     * @throws KafkaException when the cluster does not answer
     */
    public Map<Integer, Long> of(String topic, String group, Collection<Integer> numbers) {
        var partitions = numbers.stream().map(p -> new TopicPartition(topic, p)).toList();
        return AdminQuestion.answer("the lag", () -> of(partitions, group));
    }

    private Map<Integer, Long> of(Collection<TopicPartition> partitions, String group)
            throws ExecutionException, InterruptedException {
        var begins = offsets(partitions, OffsetSpec.earliest());
        var committed = committed(group);
        return offsets(partitions, OffsetSpec.latest()).entrySet().stream()
                .collect(
                        Collectors.toMap(
                                end -> end.getKey().partition(),
                                end ->
                                        end.getValue()
                                                - next(
                                                        committed.get(end.getKey()),
                                                        begins.get(end.getKey()))));
    }

    /** The offset from which a replica goes on. */
    private static long next(OffsetAndMetadata committed, long begin) {
        return committed == null ? begin : Math.max(committed.offset(), begin);
    }

    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        var wanted = partitions.stream().collect(Collectors.toMap(p -> p, p -> which));
        return admin.listOffsets(wanted).all().get().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group)
            throws ExecutionException, InterruptedException {
        try {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw e;
        }
    }
}

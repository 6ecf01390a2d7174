package io.pitlane.pipeline.topics;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reading the committed records of topics from their beginning, without a consumer group. */
public final class CommittedLog {
    private CommittedLog() {}

    /**
     * A consumer without partitions.
     *
     * @param client how to reach Kafka
     * @param settings of the consumer, beside those that this kind of reading needs
     */
    public static KafkaConsumer<String, byte[]> consumer(
            Map<String, Object> client, Map<String, Object> settings) {
        var all = new HashMap<>(client);
        all.putAll(settings);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // The broker would create a missing topic with settings of its own.
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(all, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * The offset behind the last record of each partition, which may not be committed yet: a reader
     * that has come so far has seen every transaction that was being committed when it asked.
     *
     * @throws ExecutionException when the broker does not answer
     */
    public static Map<TopicPartition, Long> endOffsets(
            Admin admin, Collection<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        var latest =
                partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        return admin.listOffsets(latest).all().get().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }
}

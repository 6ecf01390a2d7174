package io.pitlane.tests.endtoend;

import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What stands on the topics of a stack, committed, from their beginning. */
final class StackTopics {
    private final String bootstrapServers;

    StackTopics(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** The runs that have a result, once for each result. */
    List<String> results() {
        return read(Topics.DEFAULT.results()).stream().map(ConsumerRecord::key).toList();
    }

    /** The results that came after others. */
    List<String> resultsAfter(List<String> before) {
        var after = new ArrayList<>(results());
        before.forEach(after::remove);
        return after;
    }

    /** How far steps had come, where something of theirs was kept. */
    List<Checkpoint> checkpoints() {
        return read(Topics.DEFAULT.checkpoints()).stream()
                .filter(record -> record.value() != null)
                .map(record -> parsed(record, Checkpoint.class))
                .filter(checkpoint -> checkpoint.artifact() != null)
                .toList();
    }

    /** Everything that was said about progress. */
    List<Progress> progress() {
        return read(Topics.DEFAULT.progress()).stream()
                .map(record -> parsed(record, Progress.class))
                .toList();
    }

    private static <T> T parsed(ConsumerRecord<String, byte[]> event, Class<T> type) {
        try {
            return ContractJson.MAPPER.readValue(event.value(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<ConsumerRecord<String, byte[]>> read(String topic) {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("isolation.level", "read_committed");
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .collect(Collectors.toSet());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return readToEnd(consumer, partitions);
        }
    }

    private static List<ConsumerRecord<String, byte[]>> readToEnd(
            KafkaConsumer<String, byte[]> consumer, Set<TopicPartition> partitions) {
        var ends = consumer.endOffsets(partitions);
        var records = new ArrayList<ConsumerRecord<String, byte[]>>();
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        }
        return records;
    }
}

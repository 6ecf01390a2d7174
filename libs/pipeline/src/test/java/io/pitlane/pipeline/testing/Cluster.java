package io.pitlane.pipeline.testing;

import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What a test asks of the cluster, with clients that share nothing with the code under test. They
 * are kept until it is closed: to make one for each question would cost more than the answers.
 */
public final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Map<String, String> client;
    private final Map<String, TopicReader> readers = new HashMap<>();
    private KafkaProducer<String, byte[]> producer;

    public Cluster(String bootstrapServers) {
        this(Map.of("bootstrap.servers", bootstrapServers));
    }

    /**
     * A cluster that asks who its clients are.
     *
     * @param client settings of one that may do everything
     */
    public Cluster(Map<String, String> client) {
        this.client = Map.copyOf(client);
    }

    private Map<String, Object> with(Map<String, String> more) {
        var settings = new HashMap<String, Object>(client);
        settings.putAll(more);
        return settings;
    }

    public Topics topics() {
        return Topics.DEFAULT;
    }

    /** Another member of a consumer group. */
    public KafkaConsumer<String, byte[]> member(String group) {
        return new KafkaConsumer<>(
                with(
                        Map.of(
                                "group.id",
                                group,
                                "enable.auto.commit",
                                "false",
                                "partition.assignment.strategy",
                                CooperativeStickyAssignor.class.getName())),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Another producer with this transactional id. */
    public KafkaProducer<String, byte[]> transactional(String id) {
        return new KafkaProducer<>(
                with(Map.of("transactional.id", id)),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /**
     * How far a group is behind the end of a topic, in records, the ends of transactions included:
     * as who scales by it counts.
     */
    public long lag(String group, String topic) {
        try (var admin = Admin.create(with(Map.of()))) {
            var partitions =
                    admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .partitions();
            var latest = new HashMap<TopicPartition, OffsetSpec>();
            partitions.forEach(
                    p -> latest.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
            var ends = admin.listOffsets(latest).all().get();
            var commits =
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            return ends.entrySet().stream()
                    .mapToLong(
                            end ->
                                    end.getValue().offset()
                                            - Optional.ofNullable(commits.get(end.getKey()))
                                                    .map(OffsetAndMetadata::offset)
                                                    .orElse(0L))
                    .sum();
        } catch (InterruptedException | ExecutionException e) {
            throw new KafkaException(e);
        }
    }

    /** Sends a record, and returns when it is there. */
    public synchronized void send(ProducerRecord<String, byte[]> record) {
        if (producer == null) {
            producer =
                    new KafkaProducer<>(
                            with(Map.of()), new StringSerializer(), new ByteArraySerializer());
        }
        producer.send(record);
        producer.flush();
    }

    /** The committed messages of one run that have been on a topic so far. */
    public synchronized List<ConsumerRecord<String, byte[]>> committed(String topic, String key) {
        return readers
                .computeIfAbsent(topic, t -> new TopicReader(with(Map.of()), t, "read_committed"))
                .read()
                .stream()
                .filter(r -> key.equals(r.key()))
                .toList();
    }

    /**
     * All messages that are on a topic now.
     *
     * @param isolation which of them: {@code read_committed} or {@code read_uncommitted}
     */
    public List<ConsumerRecord<String, byte[]>> read(String topic, String isolation) {
        try (var reader = new TopicReader(with(Map.of()), topic, isolation)) {
            return reader.read();
        }
    }

    /** The committed events of one run that are on a topic once there is one. */
    public <T> List<T> awaitEvents(String topic, String runId, Class<T> type) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(() -> !committed(topic, runId).isEmpty());
        return events(topic, runId, type);
    }

    /** The committed events of one run that have been on a topic so far. */
    public <T> List<T> events(String topic, String runId, Class<T> type) {
        return committed(topic, runId).stream().map(r -> read(r.value(), type)).toList();
    }

    private static <T> T read(byte[] json, Class<T> type) {
        try {
            return ContractJson.MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        readers.values().forEach(TopicReader::close);
        readers.clear();
        if (producer != null) {
            producer.close();
            producer = null;
        }
    }
}

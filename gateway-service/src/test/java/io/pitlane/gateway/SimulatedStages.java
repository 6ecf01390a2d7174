package io.pitlane.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.Trigger;
import io.pitlane.contract.step.StageName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The other side of the topics: reads jobs and publishes what stages would. */
final class SimulatedStages implements AutoCloseable {
    private final String bootstrapServers;
    private final Topics topics;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;

    SimulatedStages(String bootstrapServers, Topics topics) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "transactional.id",
                                "simulated-" + UUID.randomUUID()),
                        new StringSerializer(),
                        new ByteArraySerializer());
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "isolation.level",
                                "read_committed"),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        producer.initTransactions();
    }

    /** Every committed job for a stage. */
    List<Job> jobs(StageName stage) {
        return read(topics.jobs(stage)).stream().map(r -> parse(r.value(), Job.class)).toList();
    }

    /** Every committed record of a topic. */
    List<ConsumerRecord<String, byte[]>> read(String topic) {
        var partitions = partitions(topic);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        var ends = consumer.endOffsets(partitions);
        var read = new ArrayList<ConsumerRecord<String, byte[]>>();
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            consumer.poll(Duration.ofMillis(100)).forEach(read::add);
        }
        return read;
    }

    /** The offset behind the last record of each partition, transactions' markers included. */
    Map<Integer, Long> ends(String topic) {
        return consumer.endOffsets(partitions(topic)).entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().partition(), Map.Entry::getValue));
    }

    void state(RunState state) {
        publish(List.of(event(topics.runs(), state.runId(), state)));
    }

    void progress(Progress progress) {
        publish(List.of(event(topics.progress(), progress.runId(), progress)));
    }

    void end(RunState state, RunResult result) {
        publish(
                List.of(
                        event(topics.runs(), state.runId(), state),
                        event(topics.results(), state.runId(), result)));
    }

    /** The events of a run from its first state to its end, with its release. */
    List<ProducerRecord<String, byte[]>> history(
            List<RunState> states, RunState ended, RunResult result) {
        var events = new ArrayList<ProducerRecord<String, byte[]>>();
        states.forEach(state -> events.add(event(topics.runs(), state.runId(), state)));
        events.add(event(topics.runs(), ended.runId(), ended));
        events.add(event(topics.results(), ended.runId(), result));
        events.add(event(topics.released(), ended.runId(), result));
        return events;
    }

    void fail(Failure failure) {
        publish(List.of(event(topics.failures(), failure.runId(), failure)));
    }

    void release(RunResult result) {
        publish(List.of(event(topics.released(), result.report().run(), result)));
    }

    void approve(Approval approval) {
        publish(List.of(event(topics.approvals(), approval.runId(), approval)));
    }

    /** What a training job sends when it has made a new model. */
    void trigger(String source, String id, String value) {
        var record = new ProducerRecord<>(topics.triggers(), "a model", value.getBytes(UTF_8));
        Map.of(
                        "ce_specversion",
                        "1.0",
                        "ce_id",
                        id,
                        "ce_source",
                        source,
                        "ce_type",
                        Trigger.TYPE,
                        "content-type",
                        "application/json")
                .forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        publish(List.of(record));
    }

    void garbage(String topic) {
        publish(List.of(new ProducerRecord<>(topic, "garbage", new byte[] {1, 2, 3})));
    }

    /** Does to an artifact, and to all before it, what retention does when its time is over. */
    void expire(ArtifactRef ref) throws Exception {
        var place = new TopicPartition(topics.artifacts(), ref.partition());
        var end = RecordsToDelete.beforeOffset(ref.lastOffset() + 1);
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.deleteRecords(Map.of(place, end)).all().get();
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }

    /** Publishes all events or none. */
    void publish(List<ProducerRecord<String, byte[]>> events) {
        producer.beginTransaction();
        events.forEach(producer::send);
        producer.commitTransaction();
    }

    private List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
    }

    private static ProducerRecord<String, byte[]> event(String topic, String key, Object value) {
        try {
            return new ProducerRecord<>(topic, key, ContractJson.MAPPER.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T parse(byte[] json, Class<T> type) {
        try {
            return ContractJson.MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

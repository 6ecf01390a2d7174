package io.pitlane.pipeline.cache;

import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.CachedResult;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.topics.CommittedLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Finds the results that a stage has handed over before, on a compacted topic. Only the place of
 * each entry is in memory; the entry is read when it is asked for. Thread-safe.
 */
public final class StepCache implements AutoCloseable {
    /** Of some 200 bytes each. The oldest ones are forgotten, and their steps done again. */
    private static final int MAX_ENTRIES = 100_000;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int FETCH_WAIT_MILLIS = 50;
    private static final Logger LOG = Logger.getLogger(StepCache.class);

    private final Map<String, Object> client;
    private final String topic;
    private final StageName stage;
    private final Duration patience;
    private final StepKeys keys;
    private final ArtifactStore artifacts;
    private final Map<String, Place> places = new BoundedMap();
    private KafkaConsumer<String, byte[]> consumer;

    /** Where the latest entry of a key is. */
    private record Place(TopicPartition partition, long offset) {}

    private static final class BoundedMap extends LinkedHashMap<String, Place> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Place> eldest) {
            return size() > MAX_ENTRIES;
        }
    }

    /**
     * The cache of one stage; the topic is read when it is first asked.
     *
     * @param client how to reach Kafka
     * @param patience while the topic does not move
     * @param artifacts the store of the models
     */
    public StepCache(
            Map<String, Object> client,
            Topics topics,
            StageName stage,
            Duration patience,
            StepKeys keys,
            ArtifactStore artifacts) {
        this.client = Map.copyOf(client);
        this.topic = topics.stepCache();
        this.stage = stage;
        this.patience = patience;
        this.keys = keys;
        this.artifacts = artifacts;
    }

    /**
     * The result of a job's step, where it is known and its model is whole in the artifact log.
     * Empty for a step of bench, and where the plan does not want it.
     *
     * @throws KafkaException when the topic or the artifact log cannot be read at this time
     */
    public Optional<CachedResult> find(Job job) {
        if (stage == StageName.BENCH || !job.plan().cache()) {
            return Optional.empty();
        }
        var key = keys.of(job);
        return entry(key).filter(found -> isUsable(key, found));
    }

    private synchronized Optional<CachedResult> entry(String key) {
        catchUp();
        return Optional.ofNullable(places.get(key)).flatMap(place -> read(key, place));
    }

    private boolean isUsable(String key, CachedResult found) {
        var sound = found.artifact() != null && found.lineage() != null;
        if (sound && artifacts.holds(found.artifact())) {
            return true;
        }
        LOG.infof("The model of the step cache's %s is not in the log any more", key);
        return false;
    }

    /**
     * Up to the first transaction that is open: to wait for its end could cost more than it saves.
     */
    private void catchUp() {
        var ends = consumer().endOffsets(consumer().assignment());
        var moved = Instant.now();
        while (ends.entrySet().stream().anyMatch(e -> position(e.getKey()) < e.getValue())) {
            var before = positions(ends.keySet());
            consumer.poll(POLL).forEach(this::accept);
            if (positions(ends.keySet()) != before) {
                moved = Instant.now();
            } else if (moved.plus(patience).isBefore(Instant.now())) {
                throw new KafkaException(topic + " does not move at offset " + before);
            }
        }
    }

    private long positions(Collection<TopicPartition> partitions) {
        return partitions.stream().mapToLong(this::position).sum();
    }

    private long position(TopicPartition partition) {
        return consumer.position(partition);
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null || !record.key().startsWith(stage.label() + ":")) {
            return;
        }
        places.remove(record.key());
        if (record.value() != null) {
            var partition = new TopicPartition(record.topic(), record.partition());
            places.put(record.key(), new Place(partition, record.offset()));
        }
    }

    /** Reads an entry, and goes on reading the topic where it was. */
    private Optional<CachedResult> read(String key, Place place) {
        var partition = place.partition();
        var next = position(partition);
        consumer.seek(partition, place.offset());
        try {
            var until = Instant.now().plus(patience);
            while (position(partition) == place.offset()) {
                for (var record : consumer.poll(POLL).records(partition)) {
                    if (record.offset() == place.offset()) {
                        return parsed(key, record.value());
                    }
                }
                if (Instant.now().isAfter(until)) {
                    throw new KafkaException(partition + "@" + place.offset() + " does not come");
                }
            }
            // It was compacted or deleted meanwhile.
            return Optional.empty();
        } finally {
            consumer.seek(partition, next);
        }
    }

    private static Optional<CachedResult> parsed(String key, byte[] value) {
        try {
            return Optional.ofNullable(ContractJson.MAPPER.readValue(value, CachedResult.class));
        } catch (IOException e) {
            LOG.warnf("The step cache's %s cannot be read: %s", key, e.getMessage());
            return Optional.empty();
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        if (consumer == null) {
            consumer =
                    CommittedLog.consumer(
                            client,
                            Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS));
        }
        if (consumer.assignment().isEmpty()) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }
        return consumer;
    }

    @Override
    public synchronized void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}

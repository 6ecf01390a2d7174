package io.pitlane.pipeline.checkpoint;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.handover.HandOver;
import io.pitlane.pipeline.topics.TopicReplay;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * The latest checkpoint record of every step in progress, on a compacted topic. Each record is
 * written in a transaction that the broker refuses to a replica that has lost its job, so that it
 * cannot replace what its successor has written; the tombstone is part of the transaction that ends
 * the step. Thread-safe.
 */
public final class CheckpointLog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CheckpointLog.class);

    private final Map<String, Object> client;
    private final String topic;
    private final EventRecords events;
    private final HandOver transactions;
    private final Duration patience;
    private final Set<String> ownMembers = new HashSet<>();
    private Checkpoint lastWritten;

    /**
     * A log.
     *
     * @param client how to reach Kafka
     * @param transactions commits the records; closed with this
     * @param patience for a reader while the topic does not move
     */
    public CheckpointLog(
            Map<String, Object> client,
            Topics topics,
            EventRecords events,
            HandOver transactions,
            Duration patience) {
        this.client = Map.copyOf(client);
        this.topic = topics.checkpoints();
        this.events = events;
        this.transactions = transactions;
        this.patience = patience;
    }

    /**
     * The latest checkpoint of the job's step, from any replica; empty for a new step.
     *
     * @throws KafkaException when the topic cannot be read
     */
    public Optional<Checkpoint> latest(Job job) {
        var found = new LatestValue(Checkpoint.key(job));
        try (var replay = new TopicReplay(client, topic, patience, found::accept)) {
            replay.catchUp();
        }
        return found.checkpoint();
    }

    /**
     * The consumers of other services that have begun the step, and neither ended nor released it.
     *
     * @param latest checkpoint of the step
     */
    synchronized List<String> begunByOthers(Optional<Checkpoint> latest) {
        return latest.map(Checkpoint::begunBy).orElse(List.of()).stream()
                .filter(member -> !ownMembers.contains(member))
                .toList();
    }

    /**
     * Records that this service begins the step; once, however often Kafka makes it begin again.
     *
     * @param latest checkpoint of the step
     * @param dead the consumers of other services that count as having died of the step
     * @throws KafkaException when the record cannot be written
     */
    synchronized void begin(Claim claim, Job job, Optional<Checkpoint> latest, List<String> dead) {
        var begun = new ArrayList<>(dead);
        begun.add(ownMember(claim, job));
        if (latest.isPresent() && latest.get().begunBy().equals(begun)) {
            lastWritten = latest.get();
            return;
        }
        var kept =
                latest.orElseGet(
                        () -> new Checkpoint(job.runId(), job.step(), null, null, null, null));
        write(claim, job, kept.withBegunBy(begun, Instant.now()));
    }

    /**
     * Records that this service, about to stop, leaves the step to others.
     *
     * @throws KafkaException when the record cannot be written
     */
    synchronized void release(Claim claim, Job job) {
        if (lastWritten != null
                && lastWritten.runId().equals(job.runId())
                && lastWritten.step() == job.step()) {
            var others = begunByOthers(Optional.of(lastWritten));
            write(claim, job, lastWritten.withBegunBy(others, Instant.now()));
        }
    }

    /**
     * Replaces the step's checkpoint; only this service counts as having begun it from there.
     *
     * @param preparation where the result of the preparation is kept; null where there is none
     * @param artifact where the packed checkpoints folder is kept; null where there is none
     * @throws KafkaException when the record cannot be written
     */
    synchronized void replace(Claim claim, Job job, ArtifactRef preparation, ArtifactRef artifact) {
        var own = List.of(ownMember(claim, job));
        write(
                claim,
                job,
                new Checkpoint(job.runId(), job.step(), preparation, artifact, own, Instant.now()));
    }

    private String ownMember(Claim claim, Job job) {
        var member = claim.groupMetadata().orElseThrow(() -> refused(job)).memberId();
        ownMembers.add(member);
        return member;
    }

    private void write(Claim claim, Job job, Checkpoint checkpoint) {
        var record = events.checkpoint(job, checkpoint);
        if (!transactions.commitProgress(claim, producer -> producer.send(record))) {
            throw refused(job);
        }
        lastWritten = checkpoint;
    }

    private static KafkaException refused(Job job) {
        return new KafkaException(
                "step %d of run %s is with another replica".formatted(job.step() + 1, job.runId()));
    }

    @Override
    public void close() {
        transactions.close();
    }

    /** The last value of a key in a topic. */
    private static final class LatestValue {
        private final String key;
        private byte[] value;

        LatestValue(String key) {
            this.key = key;
        }

        void accept(ConsumerRecord<String, byte[]> record) {
            if (key.equals(record.key())) {
                value = record.value();
            }
        }

        Optional<Checkpoint> checkpoint() {
            if (value == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(ContractJson.MAPPER.readValue(value, Checkpoint.class));
            } catch (IOException e) {
                LOG.warnf("The checkpoint of %s cannot be read: %s", key, e.getMessage());
                return Optional.empty();
            }
        }
    }
}

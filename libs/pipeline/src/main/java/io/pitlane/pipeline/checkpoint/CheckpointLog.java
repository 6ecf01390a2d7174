package io.pitlane.pipeline.checkpoint;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.topics.TopicReplay;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * The latest checkpoint record of every step in progress, on a compacted topic. Records are written
 * outside of the jobs' transactions; the tombstone is part of the transaction that ends the step.
 * Thread-safe.
 *
 * <p>A replica that lost its job may still write a record after that. It is never read: only the
 * job's next delivery would ask for it, and the job's offset is committed.
 */
public final class CheckpointLog {
    private static final Logger LOG = Logger.getLogger(CheckpointLog.class);

    private final Map<String, Object> client;
    private final String topic;
    private final EventRecords events;
    private final EventSender sender;
    private final Duration patience;
    private Checkpoint lastWritten;

    /**
     * A log.
     *
     * @param client how to reach Kafka
     * @param patience for a reader while the topic does not move
     */
    public CheckpointLog(
            Map<String, Object> client,
            Topics topics,
            EventRecords events,
            EventSender sender,
            Duration patience) {
        this.client = Map.copyOf(client);
        this.topic = topics.checkpoints();
        this.events = events;
        this.sender = sender;
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
     * How many other services have begun the step, and neither ended nor released it.
     *
     * @param latest checkpoint of the step
     */
    synchronized int begunByOthers(Optional<Checkpoint> latest) {
        return latest.map(Checkpoint::begun).orElse(0) - (isOwn(latest) ? 1 : 0);
    }

    /**
     * Records that this service begins the step; once, however often Kafka makes it begin again,
     * unless another service had the step meanwhile.
     *
     * @param latest checkpoint of the step
     * @throws KafkaException when the record cannot be written
     */
    synchronized void begin(Job job, Optional<Checkpoint> latest) {
        if (!isOwn(latest)) {
            var kept =
                    latest.orElseGet(
                            () -> new Checkpoint(job.runId(), job.step(), null, null, 0, null));
            write(job, kept.withBegun(kept.begun() + 1, Instant.now()));
        }
    }

    /**
     * Records that this service, about to stop, leaves the step to others. Does nothing for a step
     * that is not its own: that would overwrite what others have written since.
     *
     * @throws KafkaException when the record cannot be written
     */
    synchronized void release(Job job) {
        if (lastWritten != null
                && lastWritten.runId().equals(job.runId())
                && lastWritten.step() == job.step()) {
            write(job, lastWritten.withBegun(lastWritten.begun() - 1, Instant.now()));
        }
    }

    /** Whether nobody has written since this service did. */
    private boolean isOwn(Optional<Checkpoint> latest) {
        return latest.isPresent() && latest.get().equals(lastWritten);
    }

    /**
     * Replaces the step's checkpoint; only this service counts as having begun it from there.
     *
     * @param preparation where the result of the preparation is kept; null where there is none
     * @param artifact where the packed checkpoints folder is kept; null where there is none
     * @throws KafkaException when the record cannot be written
     */
    synchronized void replace(Job job, ArtifactRef preparation, ArtifactRef artifact) {
        write(
                job,
                new Checkpoint(job.runId(), job.step(), preparation, artifact, 1, Instant.now()));
    }

    private void write(Job job, Checkpoint checkpoint) {
        sender.send(events.checkpoint(job, checkpoint));
        lastWritten = checkpoint;
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

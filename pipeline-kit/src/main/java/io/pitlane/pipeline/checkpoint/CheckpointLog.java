package io.pitlane.pipeline.checkpoint;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Checkpoint;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.contract.Topics;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.topics.TopicReplay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * The latest checkpoint of every step at work: a record on a compacted topic, and the files it
 * names in a log of artifacts. Written outside of the jobs' transactions; the record is taken off
 * within the one that ends the step.
 *
 * <p>A replica that lost its job may still write a record after that. It is never read: only the
 * job's next delivery would ask for it, and its end was committed.
 */
public final class CheckpointLog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CheckpointLog.class);

    private final Map<String, Object> client;
    private final Topics topics;
    private final KafkaArtifactStore store;
    private final EventRecords events;
    private final EventSender sender;
    private final Duration patience;
    private Checkpoint ours;

    /**
     * A log.
     *
     * @param client how to reach Kafka
     * @param store where the files are kept; closed with this
     * @param patience for a reader while the topic does not move
     */
    public CheckpointLog(
            Map<String, Object> client,
            Topics topics,
            KafkaArtifactStore store,
            EventRecords events,
            EventSender sender,
            Duration patience) {
        this.client = Map.copyOf(client);
        this.topics = topics;
        this.store = store;
        this.events = events;
        this.sender = sender;
        this.patience = patience;
    }

    /**
     * How far the job's step had come with whoever worked on it before; empty for a new one.
     *
     * @throws KafkaException when the topic cannot be read
     */
    public Optional<Checkpoint> latest(Job job) {
        var found = new Found(Checkpoint.key(job));
        try (var replay = new TopicReplay(client, topics.checkpoints(), patience, found::see)) {
            replay.catchUp();
        }
        return found.latest();
    }

    /**
     * How many other services have begun on a step, and have neither ended it nor given it back.
     *
     * @param before how far the step had come
     */
    public synchronized int begunByOthers(Job job, Optional<Checkpoint> before) {
        return before.map(Checkpoint::begun).orElse(0) - (isOurs(before) ? 1 : 0);
    }

    /**
     * Notes that this service begins on a step; once, however often Kafka makes it begin anew,
     * unless somebody else had the step meanwhile.
     *
     * @param before how far the step had come
     * @throws KafkaException when it could not be noted
     */
    public synchronized void begin(Job job, Optional<Checkpoint> before) {
        if (!isOurs(before)) {
            var kept =
                    before.orElseGet(
                            () -> new Checkpoint(job.runId(), job.step(), null, null, 0, null));
            write(job, kept.withBegun(kept.begun() + 1, Instant.now()));
        }
    }

    /**
     * Notes that this service, about to end, leaves a step to others. Only while the step is its
     * own: it would take from others what they have kept since.
     *
     * @throws KafkaException when it could not be noted
     */
    public synchronized void giveBack(Job job) {
        if (ours != null && ours.runId().equals(job.runId()) && ours.step() == job.step()) {
            write(job, ours.withBegun(ours.begun() - 1, Instant.now()));
        }
    }

    /** Whether nobody has written since we did. */
    private boolean isOurs(Optional<Checkpoint> latest) {
        return latest.isPresent() && latest.get().equals(ours);
    }

    /**
     * Keeps what a preparation came to.
     *
     * @param text in a file, since it may be larger than a record
     * @throws KafkaException when it could not be kept
     */
    public ArtifactRef prepared(Job job, Path text) {
        var preparation = store.publish(ArtifactRef.Kind.CHECKPOINT, text);
        further(job, preparation, null);
        return preparation;
    }

    /**
     * What a preparation came to, as it was kept; empty when it is lost.
     *
     * @throws KafkaException when the log cannot be read
     */
    public Optional<String> preparation(ArtifactRef kept) {
        try {
            return Optional.of(Files.readString(store.fetch(kept)));
        } catch (FailureException e) {
            LOG.warnf("What a preparation came to is lost: %s", e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Keeps a packed checkpoints folder in place of the one before.
     *
     * @param preparation what the preparation came to, as it was kept; null where there is none
     * @return where it is kept
     * @throws KafkaException when it could not be kept
     */
    public ArtifactRef keep(Job job, ArtifactRef preparation, Path packed) {
        var kept = store.publish(ArtifactRef.Kind.CHECKPOINT, packed);
        further(job, preparation, kept);
        return kept;
    }

    private synchronized void further(Job job, ArtifactRef preparation, ArtifactRef artifact) {
        write(
                job,
                new Checkpoint(job.runId(), job.step(), preparation, artifact, 1, Instant.now()));
    }

    private void write(Job job, Checkpoint checkpoint) {
        sender.send(events.checkpoint(job, checkpoint));
        ours = checkpoint;
    }

    /** The packed checkpoints folder; fails as {@link ArtifactStore#fetch} does. */
    Path fetch(ArtifactRef artifact) {
        return store.fetch(artifact);
    }

    @Override
    public void close() {
        store.close();
    }

    private static final class Found {
        private final String key;
        private byte[] value;

        Found(String key) {
            this.key = key;
        }

        void see(ConsumerRecord<String, byte[]> record) {
            if (key.equals(record.key())) {
                value = record.value();
            }
        }

        Optional<Checkpoint> latest() {
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

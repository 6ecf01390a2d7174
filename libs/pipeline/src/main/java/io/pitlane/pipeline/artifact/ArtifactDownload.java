package io.pitlane.pipeline.artifact;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads the chunks of one artifact, in order, from a log that others write to as well. */
final class ArtifactDownload {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<?, byte[]> consumer;
    private final TopicPartition partition;
    private final ArtifactRef ref;
    private final Duration patience;
    private String upload;
    private int next;
    private long bytes;

    /**
     * A download that is not started.
     *
     * @param patience while the log does not move; the open transaction of a killed producer blocks
     *     readers until it times out
     */
    ArtifactDownload(
            Consumer<?, byte[]> consumer, String topic, ArtifactRef ref, Duration patience) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, ref.partition());
        this.ref = ref;
        this.patience = patience;
    }

    void to(OutputStream out) throws IOException {
        var sha = new Sha256();
        try (var checked = sha.over(out)) {
            copy(checked);
        } catch (OffsetOutOfRangeException e) {
            throw lost();
        }
        if (next != ref.chunks() || bytes != ref.sizeBytes() || !sha.hex().equals(ref.digest())) {
            throw lost();
        }
    }

    private void copy(OutputStream out) throws IOException {
        if (partition.partition() >= consumer.partitionsFor(partition.topic()).size()) {
            throw damaged();
        }
        consumer.assign(List.of(partition));
        if (ref.firstOffset() < beginning()) {
            throw expired();
        }
        consumer.seek(partition, ref.firstOffset());
        var moved = Instant.now();
        while (next < ref.chunks()) {
            var before = consumer.position(partition);
            if (before > ref.lastOffset()) {
                return;
            }
            for (var record : consumer.poll(POLL).records(partition)) {
                take(record, out);
            }
            if (consumer.position(partition) > before) {
                moved = Instant.now();
            } else if (moved.plus(patience).isBefore(Instant.now())) {
                throw lost();
            }
        }
    }

    private void take(ConsumerRecord<?, byte[]> record, OutputStream out) throws IOException {
        var headers = ChunkHeaders.of(record.headers()).orElse(null);
        if (headers == null || record.offset() > ref.lastOffset() || next == ref.chunks()) {
            return;
        }
        if (record.offset() == ref.firstOffset()) {
            upload = headers.upload();
        }
        if (headers.upload().equals(upload) && headers.digest().equals(ref.digest())) {
            append(headers, record.value(), out);
        }
    }

    private void append(ChunkHeaders headers, byte[] chunk, OutputStream out) throws IOException {
        if (chunk == null) {
            throw damaged();
        }
        bytes += chunk.length;
        if (headers.index() != next || headers.count() != ref.chunks() || bytes > ref.sizeBytes()) {
            throw damaged();
        }
        out.write(chunk);
        next++;
    }

    private long beginning() {
        return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }

    /** Retention may have deleted the artifact while it was read. */
    private FailureException lost() {
        return ref.firstOffset() < beginning() ? expired() : damaged();
    }

    private FailureException expired() {
        return new FailureException(
                Failure.Kind.ARTIFACT_EXPIRED,
                describe() + " is no longer in the log.",
                "Submit the run again; to keep artifacts longer, raise retention.ms of "
                        + partition.topic()
                        + ".");
    }

    private FailureException damaged() {
        return new FailureException(
                Failure.Kind.ARTIFACT_DAMAGED,
                describe()
                        + " is not in the log as it was sent ("
                        + next
                        + " of "
                        + ref.chunks()
                        + " chunks read).",
                "Submit the run again; if that does not help, check the broker's disks.");
    }

    private String describe() {
        return "The "
                + ref.kind().name().toLowerCase(java.util.Locale.ROOT)
                + " "
                + ref.digest().substring(0, Math.min(12, ref.digest().length()))
                + " at "
                + partition
                + " from offset "
                + ref.firstOffset();
    }
}

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
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the chunks of one artifact, in order, from a log that others write to as well. An open
 * transaction of any of them holds back the partition's last stable offset, and with it every
 * reader: an artifact behind it is late, not lost.
 */
final class ArtifactDownload {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<?, byte[]> consumer;
    private final TopicPartition partition;
    private final ArtifactRef ref;
    private final Duration patience;
    private final ToLongFunction<TopicPartition> highWatermark;
    private String upload;
    private int next;
    private long bytes;

    /**
     * A download that is not started.
     *
     * @param consumer reads committed records only
     * @param patience while the log does not move
     * @param highWatermark asks for the offset behind the last record of a partition, committed or
     *     not
     */
    ArtifactDownload(
            Consumer<?, byte[]> consumer,
            String topic,
            ArtifactRef ref,
            Duration patience,
            ToLongFunction<TopicPartition> highWatermark) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, ref.partition());
        this.ref = ref;
        this.patience = patience;
        this.highWatermark = highWatermark;
    }

    /**
     * Copies the artifact.
     *
     * @throws FailureException ARTIFACT_EXPIRED or ARTIFACT_DAMAGED when the log does not hold it
     * @throws KafkaException when it cannot be read yet
     */
    void to(OutputStream out) throws IOException {
        var sha = new Sha256();
        try (var checked = sha.over(out)) {
            copy(checked);
        } catch (OffsetOutOfRangeException e) {
            throw lost().causedBy(e);
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
                throw standstill();
            }
        }
    }

    /** Why nothing was read for so long: the artifact is lost only if the log ends here. */
    private RuntimeException standstill() {
        var position = consumer.position(partition);
        var end = highWatermark.applyAsLong(partition);
        if (end <= position) {
            return lost();
        }
        var lastStable = consumer.endOffsets(List.of(partition)).getOrDefault(partition, end);
        var what = describe() + " cannot be read yet: of offsets " + position + " to " + (end - 1);
        return new KafkaException(
                lastStable > position
                        ? what + ", the broker sends none."
                        : what
                                + " none is stable, since a transaction is open. It ends when its"
                                + " producer ends it or when it times out; kafka-transactions.sh"
                                + " shows which one it is.");
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

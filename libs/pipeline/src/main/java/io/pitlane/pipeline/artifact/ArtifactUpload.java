package io.pitlane.pipeline.artifact;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Sends a file as chunks to the artifact topic, all to one partition. Streams from disk: no more
 * than the producer's buffer is ever in memory. Within a transaction of the producer, the chunks
 * are part of it.
 */
public final class ArtifactUpload {
    /** Passes every default size limit of brokers and clients, headers included. */
    static final int CHUNK_BYTES = 900 << 10;

    private final String topic;

    public ArtifactUpload(String topic) {
        this.topic = topic;
    }

    /**
     * Sends the file and waits until every chunk is written.
     *
     * @throws KafkaException when one cannot be
     */
    public ArtifactRef send(Producer<String, byte[]> producer, ArtifactRef.Kind kind, Path file) {
        try {
            var digest = Sha256.of(file);
            var size = Files.size(file);
            var chunks = Math.max(1, Math.toIntExact((size + CHUNK_BYTES - 1) / CHUNK_BYTES));
            var partition = partition(producer, digest);
            var written = write(producer, file, digest, chunks, partition);
            return new ArtifactRef(
                    digest,
                    size,
                    kind,
                    partition,
                    written.get(0).offset(),
                    written.get(chunks - 1).offset(),
                    chunks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int partition(Producer<String, byte[]> producer, String digest) {
        return Math.floorMod(digest.hashCode(), producer.partitionsFor(topic).size());
    }

    private List<RecordMetadata> write(
            Producer<String, byte[]> producer, Path file, String digest, int chunks, int partition)
            throws IOException {
        var upload = UUID.randomUUID().toString();
        var sent = new ArrayList<Future<RecordMetadata>>();
        try (InputStream in = Files.newInputStream(file)) {
            for (int i = 0; i < chunks; i++) {
                var headers = new ChunkHeaders(digest, upload, i, chunks).toHeaders();
                var chunk = in.readNBytes(CHUNK_BYTES);
                sent.add(
                        producer.send(
                                new ProducerRecord<>(
                                        topic, partition, null, digest, chunk, headers)));
            }
        }
        producer.flush();
        return sent.stream().map(ArtifactUpload::written).toList();
    }

    private static RecordMetadata written(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while sending an artifact", e);
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "a chunk could not be written: " + e.getCause().getMessage(), e.getCause());
        }
    }
}

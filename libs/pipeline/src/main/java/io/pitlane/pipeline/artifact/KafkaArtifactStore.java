package io.pitlane.pipeline.artifact;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Artifacts in a Kafka topic, as chunks with digest, index and count in their headers; read through
 * a local {@link ArtifactCache}.
 */
public final class KafkaArtifactStore implements ArtifactStore, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KafkaArtifactStore.class);

    private final Map<String, Object> client;
    private final String topic;
    private final ArtifactCache cache;
    private final Duration patience;
    private final ArtifactUpload upload;
    private KafkaProducer<String, byte[]> producer;

    /**
     * A store in one topic; connects when first used.
     *
     * @param client how to reach Kafka: {@code bootstrap.servers}, security
     * @param patience for a reader while the log does not move
     */
    public KafkaArtifactStore(
            Map<String, Object> client, String topic, ArtifactCache cache, Duration patience) {
        this.client = Map.copyOf(client);
        this.topic = topic;
        this.cache = cache;
        this.patience = patience;
        this.upload = new ArtifactUpload(topic);
    }

    @Override
    public ArtifactRef publish(ArtifactRef.Kind kind, Path file) {
        return upload.send(producer(), kind, file);
    }

    @Override
    public Path fetch(ArtifactRef ref) {
        if (!ref.isSound()) {
            throw new FailureException(
                    Failure.Kind.ARTIFACT_DAMAGED,
                    "A reference to an artifact is not sound: " + ref + ".",
                    "Submit the run again.");
        }
        return cache.get(ref.digest(), ref.sizeBytes(), part -> download(ref, part));
    }

    @Override
    public boolean holds(ArtifactRef ref) {
        if (!ref.isSound()) {
            return false;
        }
        try {
            read(ref, OutputStream.nullOutputStream());
            return true;
        } catch (FailureException e) {
            LOG.debugf(e, "The log does not hold %s", ref);
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void download(ArtifactRef ref, Path part) {
        try (var out = new BufferedOutputStream(Files.newOutputStream(part))) {
            read(ref, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(ArtifactRef ref, OutputStream out) throws IOException {
        try (var consumer = consumer()) {
            new ArtifactDownload(consumer, topic, ref, patience, this::highWatermark).to(out);
        }
    }

    private long highWatermark(TopicPartition partition) {
        try (var admin = Admin.create(client)) {
            var latest = admin.listOffsets(Map.of(partition, OffsetSpec.latest()));
            return latest.partitionResult(partition).get().offset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking for the end of " + partition, e);
        } catch (ExecutionException e) {
            throw new KafkaException("the end of " + partition + " is unknown", e.getCause());
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Anything else would silently start elsewhere when the first chunk has expired.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Bounds what a download holds in memory; the default is 50 MB and 500 chunks.
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 8);
        // When it is closed, a consumer waits for the answer to its last question, half a second by
        // default.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private synchronized KafkaProducer<String, byte[]> producer() {
        if (producer == null) {
            var settings = new HashMap<>(client);
            settings.put(ProducerConfig.ACKS_CONFIG, "all");
            settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            // A broker that still makes a new topic's partitions may refuse a chunk and take the
            // next one; the first would then be out of order for ever.
            settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
            producer =
                    new KafkaProducer<>(
                            settings, new StringSerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close();
            producer = null;
        }
    }
}

package io.pitlane.pipeline.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.kafka.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class KafkaArtifactStoreIT {
    private static final int CHUNK = ArtifactUpload.CHUNK_BYTES;

    @TempDir static Path data;
    private static EmbeddedKafka kafka;
    private static int topics;

    @TempDir Path folder;
    private String topic;
    private KafkaArtifactStore store;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(data);
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void openStore() {
        openStore(1);
    }

    private void openStore(int partitions) {
        topic = "artifacts-" + topics++;
        kafka.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)));
        store = store(folder.resolve("cache"));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void uploadsThatInterleaveComeBackUnmixed() throws IOException {
        // Given
        var first = file(1, 4 * CHUNK + 17);
        var second = file(2, 5 * CHUNK);
        var same = store(folder.resolve("other"));
        var uploads =
                List.of(
                        CompletableFuture.supplyAsync(() -> publish(store, first)),
                        CompletableFuture.supplyAsync(() -> publish(same, first)),
                        CompletableFuture.supplyAsync(() -> publish(store, second)));

        // When
        var refs = uploads.stream().map(CompletableFuture::join).toList();

        // Then
        assertThat(refs.get(0).chunks()).isEqualTo(5);
        assertThat(refs.get(2).chunks()).isEqualTo(5);
        assertThat(store.fetch(refs.get(0))).hasSameBinaryContentAs(first);
        assertThat(same.fetch(refs.get(1))).hasSameBinaryContentAs(first);
        assertThat(store.fetch(refs.get(2))).hasSameBinaryContentAs(second);
        same.close();
    }

    /** A broker that still makes its partitions may refuse the first chunk and take the second. */
    @Test
    void aTopicIsWrittenToAsSoonAsItIsThere() throws IOException {
        // Given
        var file = file(4, 8 * CHUNK);
        for (int i = 0; i < 5; i++) {
            closeStore();
            openStore(100);

            // When
            var ref = publish(store, file);

            // Then
            assertThat(ref.lastOffset() - ref.firstOffset()).isEqualTo(7);
        }
    }

    @Test
    void anEmptyFileIsAnArtifactToo() throws IOException {
        // Given
        var empty = file(3, 0);

        // When
        var ref = publish(store, empty);

        // Then
        assertThat(store.fetch(ref)).isEmptyFile();
    }

    @Test
    void aFlippedBitIsNoticed() throws IOException {
        // Given
        var ref =
                sendChunks(
                        chunks -> {
                            chunks.get(1)[4711] ^= 1;
                            return chunks;
                        });

        // When
        var failure = failureOf(ref);

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.ARTIFACT_DAMAGED);
        assertThat(folder.resolve("cache").resolve(ref.digest())).doesNotExist();
    }

    @Test
    void aMissingChunkIsNoticed() throws IOException {
        // Given
        var ref =
                sendChunks(
                        chunks -> {
                            chunks.set(1, null);
                            return chunks;
                        });

        // When
        var failure = failureOf(ref);

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.ARTIFACT_DAMAGED);
        assertThat(failure).hasMessageContaining("1 of 3 chunks");
    }

    @Test
    void anArtifactThatRetentionHasTakenIsExpired() throws Exception {
        // Given
        var ref = publish(store, file(4, 2 * CHUNK));
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            var before = RecordsToDelete.beforeOffset(ref.lastOffset());
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), before)).all().get();
        }

        // When
        var failure = failureOf(ref);

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.ARTIFACT_EXPIRED);
        assertThat(failure.action()).contains("retention.ms");
    }

    @Test
    void aReferenceBeyondTheLogsEndIsAFailureAndNotAHang() {
        // Given
        var ref = new ArtifactRef("0".repeat(64), 5, ArtifactRef.Kind.MODEL, 0, 900, 901, 2);

        // When
        var failure = failureOf(ref);

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.ARTIFACT_DAMAGED);
    }

    @Test
    void anUploadThatWasAbortedIsNotThere() throws IOException {
        // Given
        ArtifactRef ref;
        try (var producer = transactional()) {
            producer.initTransactions();
            producer.beginTransaction();
            ref =
                    new ArtifactUpload(topic)
                            .send(producer, ArtifactRef.Kind.MODEL, file(5, 2 * CHUNK));
            producer.abortTransaction();
        }

        // When
        var failure = failureOf(ref);

        // Then
        assertThat(failure.kind()).isEqualTo(Failure.Kind.ARTIFACT_DAMAGED);
    }

    @Test
    void anArtifactBehindAnOpenTransactionIsLateAndNotLost() throws IOException {
        // Given
        var file = file(6, 3 * CHUNK);
        var impatient = store(folder.resolve("other"), Duration.ofSeconds(1));
        try (var other = transactional()) {
            other.initTransactions();
            other.beginTransaction();
            other.send(new ProducerRecord<>(topic, "other", new byte[1]));
            other.flush();
            var ref = publish(store, file);

            // When
            var early = catchThrowable(() -> impatient.fetch(ref));
            other.abortTransaction();
            var late = impatient.fetch(ref);

            // Then
            assertThat(early)
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining(topic + "-0")
                    .hasMessageContaining("of offsets 1 to 3 none is stable");
            assertThat(late).hasSameBinaryContentAs(file);
        }
        impatient.close();
    }

    private KafkaProducer<String, byte[]> transactional() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", topic),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private KafkaArtifactStore store(Path cache) {
        return store(cache, Duration.ofSeconds(20));
    }

    private KafkaArtifactStore store(Path cache, Duration patience) {
        return new KafkaArtifactStore(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                topic,
                new ArtifactCache(cache, 1 << 30),
                patience);
    }

    private static ArtifactRef publish(ArtifactStore store, Path file) {
        return store.publish(ArtifactRef.Kind.MODEL, file);
    }

    private FailureException failureOf(ArtifactRef ref) {
        return catchThrowableOfType(FailureException.class, () -> store.fetch(ref));
    }

    private Path file(int seed, int size) throws IOException {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve("file-" + seed), bytes);
    }

    /** Sends three chunks as an upload would, after something has gone wrong with them. */
    private ArtifactRef sendChunks(UnaryOperator<List<byte[]>> wrong) throws IOException {
        var file = file(9, 3 * CHUNK);
        var digest = Sha256.of(file);
        var chunks = new ArrayList<byte[]>();
        try (var in = Files.newInputStream(file)) {
            for (int i = 0; i < 3; i++) {
                chunks.add(in.readNBytes(CHUNK));
            }
        }
        var sent = send(digest, wrong.apply(chunks));
        return new ArtifactRef(
                digest,
                3L * CHUNK,
                ArtifactRef.Kind.MODEL,
                0,
                sent.get(0).offset(),
                sent.get(sent.size() - 1).offset(),
                3);
    }

    private List<RecordMetadata> send(String digest, List<byte[]> chunks) {
        var sent = new ArrayList<RecordMetadata>();
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            for (int i = 0; i < chunks.size(); i++) {
                if (chunks.get(i) != null) {
                    var headers = new ChunkHeaders(digest, "upload", i, 3).toHeaders();
                    var record =
                            new ProducerRecord<>(topic, 0, null, digest, chunks.get(i), headers);
                    sent.add(written(producer, record));
                }
            }
        }
        return sent;
    }

    private static RecordMetadata written(
            KafkaProducer<String, byte[]> producer, ProducerRecord<String, byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}

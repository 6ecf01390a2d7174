package io.pitlane.tests.faults;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.step.StageName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A run whose records a test writes; knows the topics, and none of the code that reads them. */
final class SubmittedRun {
    private static final int PARTITION = 1;

    private final TestCluster testCluster;
    private final Path folder;
    private final String runId = UUID.randomUUID().toString();

    SubmittedRun(TestCluster testCluster, Path folder) {
        this.testCluster = testCluster;
        this.folder = folder;
    }

    String runId() {
        return runId;
    }

    TestCluster testCluster() {
        return testCluster;
    }

    /** A file that is not there yet. */
    Path file() {
        return folder.resolve(UUID.randomUUID().toString());
    }

    /** A sound job for the service under test. */
    Job job() throws IOException {
        return testCluster
                .jobs()
                .first(runId, TestCluster.plan("quick", folder, "prune: {ratio: 0.5}"));
    }

    /** The same as JSON, changed. */
    byte[] json(UnaryOperator<String> change) throws IOException {
        var json = ContractJson.MAPPER.writeValueAsString(job());
        var changed = change.apply(json);
        if (changed.equals(json)) {
            throw new AssertionError("nothing was changed in " + json);
        }
        return changed.getBytes(StandardCharsets.UTF_8);
    }

    /** A message for the service under test. */
    ProducerRecord<String, byte[]> message(byte[] value) {
        return new ProducerRecord<>(Topics.DEFAULT.jobs(StageName.PRUNE), runId, value);
    }

    void send(ProducerRecord<String, byte[]> message) {
        testCluster.cluster().send(message);
    }

    void send(String value) {
        send(message(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Submits the job with another model than its own. */
    void submit(ArtifactRef model) throws IOException {
        var job = job();
        send(
                testCluster
                        .events()
                        .job(
                                new Job(
                                        runId,
                                        job.plan(),
                                        0,
                                        job.data(),
                                        List.of(new RunModel(RunModel.ORIGINAL, model, List.of())),
                                        List.of(),
                                        job.submittedAt())));
    }

    /** Submits the job with a file as its model, which is in the log as it should be. */
    void submit(Path model) throws IOException {
        submit(testCluster.artifacts().publish(ArtifactRef.Kind.MODEL, model));
    }

    /** Random bytes, so that no cache has them, in the log as chunks. */
    Chunks chunks() throws IOException {
        var content = new byte[4][];
        for (int i = 0; i < content.length; i++) {
            content[i] = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
        }
        return new Chunks(content);
    }

    /** An artifact that is written chunk by chunk. */
    final class Chunks {
        private final byte[][] content;
        private final String digest;
        private final String upload = UUID.randomUUID().toString();
        private long first = -1;
        private long last;

        private Chunks(byte[][] content) throws IOException {
            this.content = content;
            var whole = new ByteArrayOutputStream();
            for (var chunk : content) {
                whole.write(chunk);
            }
            this.digest = sha256(whole.toByteArray());
        }

        byte[] content(int index) {
            return content[index];
        }

        /** Writes a chunk as it should be. */
        Chunks write(int index) throws Exception {
            return write(index, content[index], content.length);
        }

        /** Writes a chunk of any content and any count. */
        Chunks write(int index, byte[] value, int count) throws Exception {
            return write(value, number(index), number(count));
        }

        /** Writes a chunk with any headers. */
        Chunks write(byte[] value, byte[] index, byte[] count) throws Exception {
            var record = new ProducerRecord<>(Topics.DEFAULT.artifacts(), PARTITION, digest, value);
            record.headers()
                    .add("pitlane-digest", digest.getBytes(StandardCharsets.UTF_8))
                    .add("pitlane-upload", upload.getBytes(StandardCharsets.UTF_8))
                    .add("pitlane-index", index)
                    .add("pitlane-count", count);
            try (var producer =
                    new KafkaProducer<>(
                            testCluster.client(),
                            new StringSerializer(),
                            new ByteArraySerializer())) {
                last = producer.send(record).get().offset();
            }
            first = first < 0 ? last : first;
            return this;
        }

        ArtifactRef ref() {
            return ref(4 * 36, last, content.length);
        }

        ArtifactRef ref(long bytes, long lastOffset, int chunks) {
            return new ArtifactRef(
                    digest,
                    bytes,
                    ArtifactRef.Kind.MODEL,
                    PARTITION,
                    Math.max(0, first),
                    lastOffset,
                    chunks);
        }

        long last() {
            return last;
        }
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.testing.Replica;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever lies on the topics: its run fails with a sentence, and other runs go on. */
@Tag("containers")
@Timeout(600)
class MalformedInputIT {
    /** What is unpacked before an archive is refused, and what is needed beside it. */
    private static final long MOST_ON_DISK = 1200L << 20;

    private static final Topics TOPICS = Topics.DEFAULT;

    @TempDir static Path data;
    private static TestCluster testCluster;
    private static Path folder;
    private static Replica service;
    private static DiskWatch disk;

    @BeforeAll
    static void open() throws IOException {
        testCluster = TestCluster.open(data);
        folder = TestCluster.folderForAll(data.resolve("runs"));
        service =
                testCluster.launch(
                        "first",
                        folder,
                        Map.of(
                                "pitlane.stage", "prune",
                                "pitlane.artifact.patience", "3S",
                                "pitlane.artifact.max-unpacked", "1G"));
        disk = new DiskWatch(data.resolve("first"));
    }

    /** After everything that lay on the topics, a run without faults succeeds. */
    @AfterAll
    static void close() throws IOException {
        try {
            var next = new SubmittedRun(testCluster, folder);
            next.send(testCluster.events().job(next.job()));
            testCluster
                    .cluster()
                    .awaitEvents(TOPICS.jobs(StageName.BENCH), next.runId(), Object.class);
        } finally {
            disk.close();
            testCluster.close();
        }
    }

    @AfterEach
    void theServiceIsAlive() {
        assertThat(service.isAlive()).isTrue();
    }

    static Stream<MalformedInput> inputs() {
        return Stream.concat(MalformedMessages.all(), MalformedArtifacts.all());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void malformedInputEndsItsRunWithASentenceAndNothingElse(MalformedInput input)
            throws Exception {
        // Given
        var run = new SubmittedRun(testCluster, folder);

        // When
        input.delivery().to(run);

        // Then
        var failures =
                testCluster.cluster().awaitEvents(TOPICS.failures(), run.runId(), Failure.class);
        assertThat(failures).hasSize(1);
        var failure = failures.get(0);
        assertThat(failure.kind()).isEqualTo(input.kind());
        assertThat(failure.message()).contains(input.says()).endsWith(".");
        assertThat(failure.action()).isNotBlank();
        // A transaction becomes visible in one partition after the other.
        TestCluster.until(() -> assertThat(letters(run)).hasSize(input.putAside() ? 1 : 0));
        letters(run).forEach(letter -> assertThat(header(letter, "pitlane-reason")).isNotBlank());
        assertThat(testCluster.cluster().committed(TOPICS.jobs(StageName.BENCH), run.runId()))
                .isEmpty();
        assertThat(disk.most()).isLessThan(MOST_ON_DISK);
    }

    @Test
    void aMessageThatNobodyCouldEverPutAsideAsItIsIsPutAsideInShort() throws IOException {
        // Given
        var key = "k".repeat(1_048_400);

        // When
        testCluster
                .cluster()
                .send(new ProducerRecord<>(TOPICS.jobs(StageName.PRUNE), 0, key, new byte[1]));

        // Then
        TestCluster.until(
                () ->
                        assertThat(
                                        testCluster
                                                .cluster()
                                                .read(TOPICS.deadLetters(), "read_committed"))
                                .filteredOn(letter -> letter.key() == null)
                                .singleElement()
                                .satisfies(
                                        letter ->
                                                assertThat(header(letter, "pitlane-topic"))
                                                        .isEqualTo(TOPICS.jobs(StageName.PRUNE))));
    }

    @Test
    void aJobWithoutAKeyIsDone() throws IOException {
        // Given
        var run = new SubmittedRun(testCluster, folder);
        var json = ContractJson.MAPPER.writeValueAsBytes(run.job());

        // When
        run.send(new ProducerRecord<>(TOPICS.jobs(StageName.PRUNE), null, json));

        // Then
        assertThat(
                        testCluster
                                .cluster()
                                .awaitEvents(
                                        TOPICS.jobs(StageName.BENCH), run.runId(), Object.class))
                .hasSize(1);
    }

    private static List<ConsumerRecord<String, byte[]>> letters(SubmittedRun run) {
        return testCluster.cluster().committed(TOPICS.deadLetters(), run.runId());
    }

    private static String header(ConsumerRecord<String, byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}

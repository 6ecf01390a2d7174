package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.testing.ServiceProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * However the process that does a job dies, its run fails with the reason, and the next one works.
 */
@Timeout(600)
class ChildDeathIT {
    private static final int LONGEST_LOG = 8 << 10;
    private static final Map<String, String> PRUNE = Map.of("pitlane.stage", "prune");
    private static final Map<String, String> PRUNE_WITHIN_15_SECONDS =
            Map.of("pitlane.stage", "prune", "pitlane.job.deadline", "15S");

    @TempDir static Path data;
    private static TestCluster testCluster;
    private static ServiceProcess service;

    @TempDir Path folder;
    private final String runId = UUID.randomUUID().toString();

    @BeforeAll
    static void open() throws IOException {
        testCluster = TestCluster.open(data);
        service = testCluster.start("unlimited", PRUNE);
    }

    @AfterAll
    static void close() {
        testCluster.close();
    }

    private EventLog eventLog;

    @BeforeEach
    void openEventLog() {
        eventLog = new EventLog(folder.toString());
    }

    @AfterEach
    void theNextRunWorks() throws IOException {
        var next = UUID.randomUUID().toString();
        submit(next, "quick");
        testCluster.cluster().awaitEvents(Topics.DEFAULT.jobs(StageName.BENCH), next, Object.class);
        assertThat(service.isAlive()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "segv,    CRASHED,  2, its native code crashed,   SIGSEGV",
        "killed,  CRASHED,  2, as the kernel does when memory runs out (signal 9),",
        "exhaust, CRASHED,  2, ran out of Java memory (exit status 3),  OutOfMemoryError",
        "exit,    CRASHED,  2, exit status 0 without an answer,",
        "loud,    CRASHED,  2, exit status 7 without an answer,   line 99999",
    })
    void aChildThatDiesEndsItsRunWithTheReason(
            String death, Failure.Kind kind, int tries, String message, String log)
            throws IOException {
        // When
        submit(runId, death);

        // Then
        assertFailed(kind, tries, message, log);
    }

    /** On a service of its own: with little processor time, the other deaths take long, too. */
    @Test
    void aChildThatHangsIsEndedAtItsDeadline() throws IOException {
        // Given
        service.terminate();
        service = testCluster.start("limited", PRUNE_WITHIN_15_SECONDS);
        try {
            // When
            submit(runId, "hang");

            // Then
            assertFailed(Failure.Kind.DEADLINE, 1, "took longer than 15 s", null);
            theNextRunWorks();
        } finally {
            service.terminate();
            service = testCluster.start("unlimited", PRUNE);
        }
    }

    private void assertFailed(Failure.Kind kind, int tries, String message, String log)
            throws IOException {
        var failures =
                testCluster.cluster().awaitEvents(Topics.DEFAULT.failures(), runId, Failure.class);
        assertThat(failures).hasSize(1);
        var failure = failures.get(0);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.message()).contains("tep 1 (prune)", message);
        assertThat(failure.action()).isNotBlank();
        assertThat(TestCluster.noted(eventLog, "begins at")).hasSize(tries);
        assertThat(log == null ? "" : failure.log()).contains(log == null ? "" : log);
        if (failure.log() != null) {
            assertThat(failure.log().getBytes(StandardCharsets.UTF_8))
                    .hasSizeLessThanOrEqualTo(LONGEST_LOG);
        }
        assertThat(testCluster.cluster().events(Topics.DEFAULT.runs(), runId, RunState.class))
                .extracting(RunState::status)
                .containsExactly(RunState.Status.FAILED);
        assertThat(dumps(service.folder())).isEmpty();
        assertThat(dumps(Path.of(""))).isEmpty();
    }

    /** What a dying JVM would like to leave behind. */
    private static List<Path> dumps(Path folder) throws IOException {
        TestCluster.until(() -> assertThat(folder.resolve("work/job/child")).doesNotExist());
        try (var files = Files.walk(folder)) {
            return files.filter(
                            f ->
                                    f.getFileName()
                                            .toString()
                                            .matches("hs_err.*|core(\\..*)?|.*hprof"))
                    .toList();
        }
    }

    private void submit(String run, String name) throws IOException {
        var job =
                testCluster
                        .jobs()
                        .first(run, TestCluster.plan(name, folder, "prune: {ratio: 0.5}"));
        testCluster.cluster().send(testCluster.events().job(job));
    }
}

package io.pitlane.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedProcessTest {
    private static final RestartPolicy QUICK =
            new RestartPolicy(
                    Duration.ofMillis(1),
                    Duration.ofMillis(4),
                    3,
                    Duration.ofMinutes(1),
                    Duration.ofMillis(200));

    @TempDir private Path folder;

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AtomicReference<SupervisedProcess> givenUp = new AtomicReference<>();

    @Test
    void aProcessThatEndsIsRestarted() {
        try (var process = supervise("echo started; exec sleep 1000")) {
            var first = await().until(this::onlyChild, found -> found != null);

            first.destroyForcibly();

            await().untilAsserted(() -> assertThat(starts()).isEqualTo(2));
            assertThat(messages)
                    .containsExactly("fake ended with exit code 137; starting it again");
            assertThat(process.spec().name()).isEqualTo("fake");
        }
    }

    @Test
    void aProcessThatKeepsEndingIsGivenUp() {
        try (var process = supervise("echo started; exit 3")) {
            await().untilAsserted(() -> assertThat(givenUp).hasValue(process));
        }

        assertThat(starts()).isEqualTo(4);
        assertThat(messages).hasSize(3).allMatch(line -> line.contains("exit code 3"));
    }

    @Test
    void aProgramThatIsMissingIsGivenUpToo() {
        var spec = new ProcessSpec("fake", List.of(folder + "/missing"), log());
        try (var process = new SupervisedProcess(spec, QUICK, messages::add, givenUp::set)) {
            process.start();

            await().untilAsserted(() -> assertThat(givenUp).hasValue(process));
        }
        assertThat(messages).allMatch(line -> line.startsWith("fake did not start"));
    }

    @Test
    void stoppingKillsAProcessThatIgnoresSignalsAndItsChildren() {
        var script = "trap '' TERM; echo started; sleep 1000 & while :; do wait; done";
        List<ProcessHandle> family;
        try (var process = supervise(script)) {
            await().until(() -> children().size() == 2);
            family = children();
            assertThat(process.spec().name()).isEqualTo("fake");
        }

        await().untilAsserted(() -> assertThat(family).noneMatch(ProcessHandle::isAlive));
        assertThat(givenUp).hasNullValue();
        assertThat(messages).isEmpty();
    }

    @Test
    void aStoppedProcessIsNotRestarted() {
        var process = supervise("echo started; exec sleep 1000");
        await().until(() -> starts() == 1);

        process.close();
        process.close();

        assertThat(onlyChild()).isNull();
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void theProcessSeesTheEndOfItsInputWhenItsParentIsGone() throws Exception {
        var spec = new ProcessSpec("fake", List.of("sh", "-c", "cat; echo orphaned"), log());
        var process = spec.start();

        process.getOutputStream().close();

        assertThat(process.waitFor()).isZero();
        assertThat(LogTail.of(log(), 5)).isEqualTo("orphaned");
    }

    @Test
    void delaysDoubleUpToTheMaximum() {
        assertThat(QUICK.delay(1)).isEqualTo(Duration.ofMillis(1));
        assertThat(QUICK.delay(2)).isEqualTo(Duration.ofMillis(2));
        assertThat(QUICK.delay(50)).isEqualTo(Duration.ofMillis(4));
    }

    private SupervisedProcess supervise(String script) {
        var spec = new ProcessSpec("fake", List.of("sh", "-c", script), log());
        var process = new SupervisedProcess(spec, QUICK, messages::add, givenUp::set);
        process.start();
        return process;
    }

    private Path log() {
        return folder.resolve("fake.log");
    }

    private long starts() {
        try {
            return Files.exists(log()) ? Files.readAllLines(log()).size() : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ProcessHandle onlyChild() {
        return children().stream().findFirst().orElse(null);
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList();
    }
}

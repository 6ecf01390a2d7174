package io.pitlane.tests.endtoend;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/** The real command line in a process of its own, as the script starts it. */
final class PitlaneProcess implements AutoCloseable {
    /** Where natives are unpacked once; below each new home it would be done again. */
    private static final Path NATIVES =
            Path.of(System.getProperty("user.home"), ".javacpp", "cache");

    /** The jobs of tests end before the optimizing compiler has paid for itself. */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1,-XX:+UseSerialGC";

    private final Process process;
    private final Path output;

    private PitlaneProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts {@code pitlane ARGUMENTS}, with its home folder and its output below {@code work}. */
    static PitlaneProcess start(Path work, String... arguments) {
        return start(work, Map.of(), arguments);
    }

    /** The same, with more in the environment, which the stack's services see too. */
    static PitlaneProcess start(Path work, Map<String, String> environment, String... arguments) {
        var command = new ArrayList<>(command(work));
        command.addAll(List.of(arguments));
        try {
            var output = Files.createTempFile(work, "pitlane-", ".out");
            var builder =
                    new ProcessBuilder(command)
                            .directory(work.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            builder.environment().put("PITLANE_JOB_JVM_OPTIONS", SHORT_LIVED);
            builder.environment().putAll(environment);
            return new PitlaneProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the script runs, without arguments; its home folder is {@code work}. */
    static List<String> command(Path work) {
        var root = Path.of(System.getProperty("pitlane.root"));
        var target = root.resolve("cli/target");
        var classPath =
                target.resolve("classes") + File.pathSeparator + target.resolve("lib") + "/*";
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx2g",
                "-Dpitlane.home=" + root,
                "-Duser.home=" + work,
                "-Dorg.bytedeco.javacpp.cachedir=" + NATIVES,
                "-cp",
                classPath,
                "io.pitlane.cli.Pitlane");
    }

    /** Waits for the exit code. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(15, TimeUnit.MINUTES)) {
            throw new AssertionError("pitlane did not end; it printed:\n" + printed());
        }
        return process.exitValue();
    }

    /** Everything printed so far. */
    String printed() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until {@code up} has its stack ready; returns the address of the gateway. */
    String awaitReady() {
        return awaitPrinted("Ready at (\\S+)");
    }

    /** Waits until something is printed that matches; returns its first group. */
    String awaitPrinted(String pattern) {
        var compiled = Pattern.compile(pattern);
        try {
            return await().atMost(Duration.ofMinutes(10))
                    .until(
                            () -> compiled.matcher(printed()).results().findFirst(),
                            found -> found.isPresent() || !process.isAlive())
                    .orElseThrow(() -> unprinted(pattern, null))
                    .group(1);
        } catch (ConditionTimeoutException e) {
            throw unprinted(pattern, e);
        }
    }

    private AssertionError unprinted(String pattern, Throwable cause) {
        var state = process.isAlive() ? "runs" : "ended with " + process.exitValue();
        return new AssertionError(
                "pitlane %s and has not printed '%s', but:%n%s"
                        .formatted(state, pattern, printed()),
                cause);
    }

    /** Processes below this one whose command line holds {@code text}. */
    List<ProcessHandle> descendants(String text) {
        return descendants().filter(p -> commandLine(p).contains(text)).toList();
    }

    /** This process and every one below it. */
    Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** Every process below this one. */
    Stream<ProcessHandle> descendants() {
        return process.descendants();
    }

    /** Waits until a service works on a job in a child process, then kills it as kill -9 does. */
    void killInMidStep(String service) {
        await().atMost(Duration.ofMinutes(3))
                .until(() -> working(service), found -> !found.isEmpty())
                .forEach(ProcessHandle::destroyForcibly);
    }

    /** The processes of a service that have a child at work. */
    List<ProcessHandle> working(String service) {
        return descendants(service).stream()
                .filter(p -> commandLine(p).contains("quarkus-run.jar"))
                .filter(p -> p.children().findAny().isPresent())
                .toList();
    }

    /** The command line of a process; empty when it is gone. */
    static String commandLine(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }

    /** Kills this process as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
    }

    /** Stops this process as Ctrl-C does, and waits until it is gone. */
    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}

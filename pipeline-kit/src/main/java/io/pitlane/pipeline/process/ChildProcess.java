package io.pitlane.pipeline.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.pipeline.child.ChildMain;
import io.pitlane.pipeline.child.ChildProgress;
import io.pitlane.pipeline.child.ChildReply;
import io.pitlane.pipeline.child.ChildTask;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * One step or trial in a JVM of its own: a native crash, an out-of-memory kill or a leak ends the
 * child, not the service. The child is tried a second time when it dies; it never outlives this
 * process.
 *
 * <p>{@link #run} or {@link #score} may be called once; {@link #cancel} from any thread at any
 * time.
 */
public final class ChildProcess {
    private static final int TRIES = 2;

    /** For what the child said last, in milliseconds; a grandchild may keep its output open. */
    private static final long LAST_WORDS = 5_000;

    private static final long LOG_BYTES = 8L << 20;

    /** Less room than this, and not even an answer can be written. */
    private static final long ANSWER_BYTES = 1 << 20;

    private static final Logger LOG = Logger.getLogger(ChildProcess.class);

    private final ChildSettings settings;
    private final Path folder;
    private final BoundedLog log;
    private final Instant deadline;
    private volatile int restarts;
    private Process process;
    private boolean cancelled;

    /**
     * A child to come.
     *
     * @param folder for the task, the outcome and the log; exists
     * @param since when the time until the deadline began to run
     */
    public ChildProcess(ChildSettings settings, Path folder, Instant since) {
        this.settings = settings;
        this.folder = folder;
        this.log = new BoundedLog(folder.resolve("child.log"), LOG_BYTES);
        this.deadline = since.plus(settings.deadline());
    }

    /**
     * Does the step.
     *
     * @param threads for native arithmetic
     * @param progress told on another thread
     * @return what the stage returned
     * @throws FailureException the stage's own, or DEADLINE, CRASHED, CANCELLED
     */
    public StageOutcome run(StageTask task, int threads, ProgressListener progress) {
        return reply(new ChildTask(task, null), threads, progress).outcome();
    }

    /**
     * Tries an architecture.
     *
     * @param task the step that the trial belongs to
     * @param threads for native arithmetic
     * @param progress told on another thread
     * @return what the stage returned
     * @throws FailureException the stage's own, or DEADLINE, CRASHED, CANCELLED
     */
    public TrialScore score(StageTask task, Trial trial, int threads, ProgressListener progress) {
        return reply(new ChildTask(task, trial), threads, progress).score();
    }

    private ChildReply reply(ChildTask task, int threads, ProgressListener progress) {
        try (log) {
            for (int attempt = 1; attempt <= TRIES; attempt++) {
                restarts = attempt - 1;
                var reply = attempt(task, threads, progress);
                if (reply.isPresent()) {
                    return reply.get();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw crashed(task);
    }

    private FailureException crashed(ChildTask task) {
        var exit = exit();
        try {
            // A child that cannot even write its answer dies of that.
            DiskFull.requireRoom(folder, ANSWER_BYTES);
        } catch (FailureException e) {
            return e;
        } catch (IOException e) {
            LOG.debugf(e, "Nobody knows how much room is left at %s", folder);
        }
        return new FailureException(
                Failure.Kind.CRASHED,
                "The process doing " + describe(task) + " died twice: " + exit + ".",
                exit.action());
    }

    /** How many times the child died and was started again. */
    public int restarts() {
        return restarts;
    }

    /** The end of everything the child wrote that was not progress; empty when it was silent. */
    public String logTail() {
        return log.tail();
    }

    /** Ends the child at once, if there is one, and makes its work fail with CANCELLED. */
    public synchronized void cancel() {
        cancelled = true;
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Optional<ChildReply> attempt(ChildTask task, int threads, ProgressListener progress)
            throws IOException {
        emptyOutput(task.task());
        var taskFile = folder.resolve("task.json");
        var replyFile = folder.resolve("reply.json");
        Files.deleteIfExists(replyFile);
        Files.deleteIfExists(crash());
        ContractJson.MAPPER.writeValue(taskFile.toFile(), task);
        var child = launch(command(taskFile, replyFile, threads), threads);
        try {
            var output = reader("child-output", () -> readLines(child, progress));
            var errors = reader("child-errors", () -> readErrors(child));
            await(child, task);
            output.join(LAST_WORDS);
            errors.join(LAST_WORDS);
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw cancelledFailure();
        } finally {
            child.destroyForcibly();
        }
        if (child.exitValue() != 0 || !Files.exists(replyFile)) {
            return Optional.empty();
        }
        return Optional.of(ContractJson.MAPPER.readValue(replyFile.toFile(), ChildReply.class));
    }

    /** What a JVM writes when its native code crashes; its log has the first lines of it. */
    private Path crash() {
        return folder.resolve("hs_err.log");
    }

    /** What a crash left behind must not end up in the second try's outcome. */
    private static void emptyOutput(StageTask task) throws IOException {
        Folders.delete(task.output());
        Files.createDirectories(task.output());
    }

    private List<String> command(Path taskFile, Path replyFile, int threads) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // An error in the middle of the work would leave a child that neither works nor ends.
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-XX:ErrorFile=" + crash());
        // Gigabytes, in a folder that nobody looks into.
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-D" + ChildMain.THREADS + "=" + threads);
        command.addAll(settings.jvmOptions());
        command.add("-cp");
        command.add(ChildClassPath.current());
        command.add(ChildMain.class.getName());
        command.add(taskFile.toString());
        command.add(replyFile.toString());
        return command;
    }

    private synchronized Process launch(List<String> command, int threads) throws IOException {
        if (cancelled) {
            throw cancelledFailure();
        }
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        ChildEnvironment.keepHarmless(builder.environment(), settings.environment());
        builder.environment().put("OMP_NUM_THREADS", String.valueOf(threads));
        builder.environment().put("TF_NUM_INTRAOP_THREADS", String.valueOf(threads));
        builder.environment().putIfAbsent("TF_CPP_MIN_LOG_LEVEL", "1");
        process = builder.start();
        return process;
    }

    private static Thread reader(String name, Runnable reading) {
        var thread = new Thread(reading, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void readErrors(Process child) {
        try (var errors = child.getErrorStream()) {
            errors.transferTo(log);
        } catch (IOException e) {
            // The child was ended while it spoke.
        }
    }

    private void readLines(Process child, ProgressListener progress) {
        try (var lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var reported = progress(line);
                if (reported.isPresent()) {
                    progress.at(reported.get().fraction(), reported.get().message());
                } else {
                    log.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            // The child was ended while it spoke.
        }
    }

    private static Optional<ChildProgress> progress(String line) {
        if (!line.startsWith("{\"fraction\":")) {
            return Optional.empty();
        }
        try {
            return Optional.of(ContractJson.MAPPER.readValue(line, ChildProgress.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private void await(Process child, ChildTask task) throws InterruptedException {
        var left = Duration.between(Instant.now(), deadline).toMillis();
        if (!child.waitFor(Math.max(0, left), TimeUnit.MILLISECONDS)) {
            child.destroyForcibly().waitFor();
            throw new FailureException(
                    Failure.Kind.DEADLINE,
                    sentence(describe(task))
                            + " took longer than "
                            + settings.deadline().toSeconds()
                            + " s.",
                    "Ask for less work in this step, or raise " + settings.deadlineSetting() + ".");
        }
        throwIfCancelled();
    }

    private synchronized void throwIfCancelled() {
        if (cancelled) {
            throw cancelledFailure();
        }
    }

    private static FailureException cancelledFailure() {
        return new FailureException(
                Failure.Kind.CANCELLED, "The work was cancelled.", "Submit the run again.");
    }

    private synchronized ExitStatus exit() {
        return new ExitStatus(process.exitValue(), Files.exists(crash()));
    }

    private static String describe(ChildTask child) {
        var task = child.task();
        var step = "step " + (task.step() + 1) + " (" + task.options().stage().label() + ")";
        return child.trial() == null ? step : child.trial().title() + " of " + step;
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}

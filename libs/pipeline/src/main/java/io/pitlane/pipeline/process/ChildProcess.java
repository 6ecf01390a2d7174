package io.pitlane.pipeline.process;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.child.ChildReply;
import io.pitlane.pipeline.child.ChildTask;
import io.pitlane.pipeline.files.DiskSpace;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Runs one step or trial in a JVM of its own: a native crash, an out-of-memory kill or a leak ends
 * the child, not the service. A child that dies is started a second time; it never outlives this
 * process.
 *
 * <p>{@link #run} or {@link #score} may be called once; {@link #cancel} from any thread at any
 * time.
 */
public final class ChildProcess {
    private static final int ATTEMPTS = 2;
    private static final long LOG_BYTES = 8L << 20;

    /** With less disk space than this, a child cannot write its reply. */
    private static final long REPLY_BYTES = 1 << 20;

    private static final Logger LOG = Logger.getLogger(ChildProcess.class);

    private final ChildSettings settings;
    private final TaskFiles files;
    private final BoundedLog log;
    private final Instant deadline;
    private volatile int restarts;
    private Process process;
    private boolean cancelled;

    /**
     * A child that is not started.
     *
     * @param folder for the task, the reply and the log; exists
     * @param since when the time until the deadline began to run
     */
    public ChildProcess(ChildSettings settings, Path folder, Instant since) {
        this.settings = settings;
        this.files = new TaskFiles(folder);
        this.log = new BoundedLog(files.log(), LOG_BYTES);
        this.deadline = since.plus(settings.deadline());
    }

    /**
     * Runs the step.
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
     * Runs a trial.
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
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                restarts = attempt - 1;
                var reply = attempt(task, threads, progress);
                if (reply.isPresent()) {
                    return reply.get();
                }
            }
            throw crashed(task);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The child's reply; empty when it died. */
    private Optional<ChildReply> attempt(ChildTask task, int threads, ProgressListener progress)
            throws IOException {
        files.write(task);
        var child = start(new ChildCommand(settings, files, threads));
        try {
            var output = new ChildOutput(child, log, progress);
            output.start();
            await(child, task);
            output.join();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw cancellation();
        } finally {
            child.destroyForcibly();
        }
        return child.exitValue() == 0 ? files.readReply() : Optional.empty();
    }

    private synchronized Process start(ChildCommand command) throws IOException {
        throwIfCancelled();
        process = command.toProcess().start();
        return process;
    }

    private void await(Process child, ChildTask task) throws InterruptedException {
        var left = Duration.between(Instant.now(), deadline).toMillis();
        if (!child.waitFor(Math.max(0, left), TimeUnit.MILLISECONDS)) {
            child.destroyForcibly().waitFor();
            throw new FailureException(
                    Failure.Kind.DEADLINE,
                    capitalized(describe(task))
                            + " took longer than "
                            + settings.deadline().toSeconds()
                            + " s.",
                    "Ask for less work in this step, or raise " + settings.deadlineSetting() + ".");
        }
        throwIfCancelled();
    }

    private FailureException crashed(ChildTask task) {
        var exit = exitStatus();
        try {
            // A child that cannot write its reply dies of that.
            DiskSpace.require(files.folder(), REPLY_BYTES);
        } catch (FailureException e) {
            return e;
        } catch (IOException e) {
            LOG.debugf(e, "The free space at %s is unknown", files.folder());
        }
        return new FailureException(
                Failure.Kind.CRASHED,
                "The process doing " + describe(task) + " died twice: " + exit + ".",
                exit.action());
    }

    private synchronized ExitStatus exitStatus() {
        return new ExitStatus(process.exitValue(), files.hasCrashReport());
    }

    /** How many times the child died and was started again. */
    public int restarts() {
        return restarts;
    }

    /** The end of everything the child printed but its progress; empty when it was silent. */
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

    private synchronized void throwIfCancelled() {
        if (cancelled) {
            throw cancellation();
        }
    }

    private static FailureException cancellation() {
        return new FailureException(
                Failure.Kind.CANCELLED, "The work was cancelled.", "Submit the run again.");
    }

    private static String describe(ChildTask child) {
        var task = child.task();
        var step = "step " + (task.step() + 1) + " (" + task.options().stage().label() + ")";
        return child.trial() == null ? step : child.trial().title() + " of " + step;
    }

    private static String capitalized(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}

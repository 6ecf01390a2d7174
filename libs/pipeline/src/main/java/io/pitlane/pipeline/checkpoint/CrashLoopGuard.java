package io.pitlane.pipeline.checkpoint;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.consumer.Claim;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Limits how many services die of one step. When a child dies, its service reports the failure;
 * when the whole container dies with it, only the next service can tell, from what those before it
 * have recorded.
 */
public final class CrashLoopGuard {
    private static final Logger LOG = Logger.getLogger(CrashLoopGuard.class);
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(5);

    private final CheckpointLog log;
    private final int maxAttempts;

    /**
     * A guard.
     *
     * @param log where attempts are recorded
     * @param maxAttempts at least 1
     */
    public CrashLoopGuard(CheckpointLog log, int maxAttempts) {
        if (maxAttempts < 1) {
            throw new IllegalStateException(
                    "set pitlane.job.attempts to 1 or more, not " + maxAttempts);
        }
        this.log = log;
        this.maxAttempts = maxAttempts;
    }

    /**
     * Records an attempt at a step.
     *
     * @param latest checkpoint of the step
     * @throws FailureException CRASHED when there were too many
     */
    public void begin(Job job, Optional<Checkpoint> latest) {
        var begun = log.begunByOthers(latest);
        if (begun >= maxAttempts) {
            throw new FailureException(
                    Failure.Kind.CRASHED,
                    "Step %d was begun %d times without progress, and each time the service"
                                    .formatted(job.step() + 1, begun)
                            + " died before the step was done.",
                    "See what ended the service, such as too little memory for its container; give"
                            + " it more, or ask for less work in this step. Then submit the run"
                            + " again.");
        }
        log.begin(job, latest);
    }

    /** Takes the attempt back: a service that is told to stop has not died of its step. */
    public void release(Claim claim, Job job) {
        try {
            CompletableFuture.runAsync(() -> releaseIfHeld(claim, job))
                    .get(RELEASE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("This stop will count as an attempt at step %d: %s", job.step() + 1, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void releaseIfHeld(Claim claim, Job job) {
        if (claim.isHeld()) {
            log.release(job);
        }
    }
}

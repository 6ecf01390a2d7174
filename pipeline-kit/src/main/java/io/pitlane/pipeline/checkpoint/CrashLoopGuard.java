package io.pitlane.pipeline.worker;

import io.pitlane.contract.Checkpoint;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.pipeline.checkpoint.CheckpointLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Bounds how many services die of one step. A work process that dies leaves its service alive to
 * say so; where the whole container is killed with it, only the next service can tell, by what
 * those before it have noted.
 */
final class Attempts {
    private static final Logger LOG = Logger.getLogger(Attempts.class);
    private static final Duration LAST_WORD = Duration.ofSeconds(5);

    private final CheckpointLog log;
    private final int most;

    /**
     * A bound.
     *
     * @param log where beginnings are noted
     * @param most how many there may be; at least 1
     */
    Attempts(CheckpointLog log, int most) {
        if (most < 1) {
            throw new IllegalStateException("set pitlane.job.attempts to 1 or more, not " + most);
        }
        this.log = log;
        this.most = most;
    }

    /**
     * Notes one more.
     *
     * @param before how far the step had come
     * @throws FailureException CRASHED when there were too many
     */
    void begin(Job job, Optional<Checkpoint> before) {
        var begun = log.begunByOthers(job, before);
        if (begun >= most) {
            throw new FailureException(
                    Failure.Kind.CRASHED,
                    "Step %d was begun %d times without coming further, and each time the service"
                                    .formatted(job.step() + 1, begun)
                            + " that did it died before it was done.",
                    "See what ended the service, such as too little memory for its container; give"
                            + " it more, or ask for less work in this step. Then submit the run"
                            + " again.");
        }
        log.begin(job, before);
    }

    /** A service that ends in good order has not died of its step. */
    void giveBack(Claim claim, Job job) {
        try {
            CompletableFuture.runAsync(() -> giveBackIfOurs(claim, job))
                    .get(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("This end will count as an attempt at step %d: %s", job.step() + 1, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void giveBackIfOurs(Claim claim, Job job) {
        if (claim.stands()) {
            log.giveBack(job);
        }
    }
}

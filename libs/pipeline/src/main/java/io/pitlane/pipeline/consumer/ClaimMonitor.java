package io.pitlane.pipeline.consumer;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Checks during long work whether its result is still wanted, and cancels the work when it is not:
 * when the claim is lost, or the work is obsolete. A claim that is lost for a moment, as while the
 * broker restarts, is often regained: only a claim that stays lost counts.
 */
public final class ClaimMonitor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ClaimMonitor.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** The group is asked less often than whether the work is obsolete. */
    private static final int CHECKS_PER_CLAIM = 5;

    private static final int FAILED_CLAIMS = 6;

    private final Claim claim;
    private final BooleanSupplier obsolete;
    private final Runnable cancellation;
    private final ScheduledExecutorService checks =
            Executors.newSingleThreadScheduledExecutor(ClaimMonitor::thread);
    private int checksDone;
    private int failedClaims;
    private volatile boolean foundObsolete;
    private volatile boolean cancelled;

    /**
     * Starts to check.
     *
     * @param obsolete whether nobody waits for the result any more; one true answer is enough
     * @param cancellation ends the work
     */
    public ClaimMonitor(Claim claim, BooleanSupplier obsolete, Runnable cancellation) {
        this.claim = claim;
        this.obsolete = obsolete;
        this.cancellation = cancellation;
        var pause = INTERVAL.toMillis();
        checks.scheduleWithFixedDelay(this::check, pause, pause, TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "claim-monitor");
        thread.setDaemon(true);
        return thread;
    }

    private void check() {
        try {
            if (obsolete.getAsBoolean()) {
                foundObsolete = true;
                cancel();
            } else if (++checksDone % CHECKS_PER_CLAIM == 0 && isLost()) {
                cancel();
            }
        } catch (KafkaException e) {
            LOG.debugf(e, "Kafka does not tell who owns %s", claim);
        }
    }

    private boolean isLost() {
        failedClaims = claim.isHeld() ? 0 : failedClaims + 1;
        return failedClaims >= FAILED_CLAIMS;
    }

    private void cancel() {
        LOG.infof(
                foundObsolete
                        ? "The work on %s is obsolete, cancelling it"
                        : "The claim on %s is lost, cancelling the work",
                claim);
        cancelled = true;
        checks.shutdown();
        cancellation.run();
    }

    /** Whether the monitor has cancelled the work. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Whether it did so because the work is obsolete. */
    public boolean isObsolete() {
        return foundObsolete;
    }

    @Override
    public void close() {
        checks.shutdownNow();
    }
}

package io.pitlane.pipeline.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Asks during long work whether there is still a point in it, and ends it when there is none. A
 * claim that is lost for a moment, as while the broker restarts, is often found again: only one
 * that stays lost counts.
 */
final class Tenure implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Tenure.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final int TIMES = 6;

    private final Claim claim;
    private final BooleanSupplier pointless;
    private final Runnable ending;
    private final ScheduledExecutorService questions =
            Executors.newSingleThreadScheduledExecutor(Tenure::thread);
    private int lost;
    private volatile boolean over;

    /**
     * Begins to ask.
     *
     * @param pointless whether nobody waits for the work any more; true counts at once
     * @param ending ends the work
     */
    Tenure(Claim claim, BooleanSupplier pointless, Runnable ending) {
        this.claim = claim;
        this.pointless = pointless;
        this.ending = ending;
        var pause = EVERY.toMillis();
        questions.scheduleWithFixedDelay(this::ask, pause, pause, TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "tenure");
        thread.setDaemon(true);
        return thread;
    }

    private void ask() {
        try {
            lost = claim.stands() ? 0 : lost + 1;
            if (lost >= TIMES || pointless.getAsBoolean()) {
                end();
            }
        } catch (KafkaException e) {
            LOG.debugf(e, "Kafka does not say who is to work on %s", claim);
        }
    }

    private void end() {
        LOG.infof("Nobody waits for the work on %s here any more", claim);
        over = true;
        questions.shutdown();
        ending.run();
    }

    /** Whether the work was ended. */
    boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        questions.shutdownNow();
    }
}

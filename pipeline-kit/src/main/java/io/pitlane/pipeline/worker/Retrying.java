package io.pitlane.pipeline.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Deals with claimed messages as long as Kafka makes it necessary, until the service ends. */
final class Retrying {
    private static final Logger LOG = Logger.getLogger(Retrying.class);
    private static final int PAUSE_SECONDS = 5;

    private final Runnable opening;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /**
     * Patience with Kafka.
     *
     * @param opening what must succeed before any work begins
     */
    Retrying(Runnable opening) {
        this.opening = opening;
    }

    /** Does the work on a message, unless the claim does not stand; again as long as it must. */
    void deal(Claim claim, Runnable work) {
        while (!isStopping()) {
            try {
                opening.run();
                if (claim.stands()) {
                    work.run();
                }
                return;
            } catch (KafkaException e) {
                LOG.errorf(e, "Kafka does not let %s be dealt with; trying again", claim);
                pause();
            }
        }
    }

    /** Nothing is begun any more. */
    void stop() {
        stopping.countDown();
    }

    boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void pause() {
        try {
            if (stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("Stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}

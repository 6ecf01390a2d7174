package io.pitlane.pipeline.worker;

import io.pitlane.pipeline.topics.AccessCheck;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jboss.logging.Logger;

/** Deals with claimed messages as long as Kafka makes it necessary, until the service ends. */
final class Retrying {
    private static final Logger LOG = Logger.getLogger(Retrying.class);
    private static final int PAUSE_SECONDS = 5;

    private final AccessCheck access;
    private final Runnable opening;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /**
     * Patience with Kafka.
     *
     * @param access what must be allowed before any work begins
     * @param opening what must succeed before any work begins
     */
    Retrying(AccessCheck access, Runnable opening) {
        this.access = access;
        this.opening = opening;
    }

    /** Does the work on a message, unless the claim does not stand; again as long as it must. */
    void deal(Claim claim, Runnable work) {
        while (!isStopping()) {
            try {
                access.require();
                opening.run();
                if (claim.stands()) {
                    work.run();
                }
                return;
            } catch (KafkaException e) {
                Denied.in(e).ifPresentOrElse(why -> noteDenial(claim, why), () -> note(claim, e));
                pause();
            }
        }
    }

    private void noteDenial(Claim claim, AuthorizationException why) {
        access.doubt();
        LOG.errorf("Kafka does not allow %s to be dealt with: %s", claim, why.getMessage());
    }

    private static void note(Claim claim, KafkaException why) {
        LOG.errorf(why, "Kafka does not let %s be dealt with; trying again", claim);
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

package io.pitlane.pipeline.consumer;

import io.pitlane.pipeline.topics.AccessCheck;
import io.pitlane.pipeline.topics.AuthorizationErrors;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jboss.logging.Logger;

/** Retries the processing of a message after every failure of Kafka, until the service stops. */
final class KafkaRetry {
    private static final Logger LOG = Logger.getLogger(KafkaRetry.class);
    private static final int PAUSE_SECONDS = 5;

    private final AccessCheck access;
    private final Runnable initTransactions;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /**
     * Retries for one channel.
     *
     * @param access what must be allowed before any work begins
     * @param initTransactions must succeed before any work begins
     */
    KafkaRetry(AccessCheck access, Runnable initTransactions) {
        this.access = access;
        this.initTransactions = initTransactions;
    }

    /** Processes a message, unless the claim is lost; again after each failure of Kafka. */
    void run(Claim claim, Runnable processing) {
        while (!isStopping()) {
            try {
                access.require();
                initTransactions.run();
                if (claim.isHeld()) {
                    processing.run();
                }
                return;
            } catch (KafkaException e) {
                AuthorizationErrors.find(e)
                        .ifPresentOrElse(denial -> logDenial(claim, denial), () -> log(claim, e));
                pause();
            }
        }
    }

    private void logDenial(Claim claim, AuthorizationException denial) {
        access.invalidate();
        LOG.errorf("Kafka does not allow %s to be processed: %s", claim, denial.getMessage());
    }

    private static void log(Claim claim, KafkaException failure) {
        LOG.errorf(failure, "A failure of Kafka while processing %s, trying again", claim);
    }

    /** No further attempt is begun. */
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

package io.pitlane.pipeline.consumer;

import io.pitlane.pipeline.topics.AccessCheck;
import io.pitlane.pipeline.topics.AuthorizationErrors;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jboss.logging.Logger;

/** Retries after every failure of Kafka: the processing of a message, and its hand-over. */
final class KafkaRetry {
    private static final Logger LOG = Logger.getLogger(KafkaRetry.class);
    private static final int PAUSE_SECONDS = 5;
    private static final int HAND_OVER_PAUSE_SECONDS = 2;

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

    /**
     * Processes a message, unless the claim is lost; again after each failure of Kafka, until the
     * service stops.
     */
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
                log(claim, e);
                pause();
            }
        }
    }

    /**
     * Hands an outcome over; again after each failure of Kafka, and while the claim is not held,
     * since after an outage it is often regained.
     *
     * @param abandoned whether the outcome is to be dropped; true when the claim stays lost
     * @param handOver false when the claim is not held
     * @return false when the outcome is dropped: another replica processes the message
     * @throws KafkaException when the outcome is dropped after a failure
     */
    boolean handOver(Claim claim, BooleanSupplier abandoned, BooleanSupplier handOver) {
        while (true) {
            try {
                if (handOver.getAsBoolean()) {
                    return true;
                }
                if (abandoned.getAsBoolean() || claim.isSettled()) {
                    return false;
                }
                LOG.infof("%s is not assigned to this service, keeping its outcome", claim);
            } catch (KafkaException e) {
                if (abandoned.getAsBoolean()) {
                    throw e;
                }
                log(claim, e);
            }
            pauseHandOver();
        }
    }

    /** Not cut short by the stop of the service, which may wait for the hand-over. */
    private static void pauseHandOver() {
        try {
            TimeUnit.SECONDS.sleep(HAND_OVER_PAUSE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while handing over", e);
        }
    }

    private void log(Claim claim, KafkaException failure) {
        AuthorizationErrors.find(failure)
                .ifPresentOrElse(
                        denial -> logDenial(claim, denial), () -> logFailure(claim, failure));
    }

    private void logDenial(Claim claim, AuthorizationException denial) {
        access.invalidate();
        LOG.errorf("Kafka does not allow %s to be processed: %s", claim, denial.getMessage());
    }

    private static void logFailure(Claim claim, KafkaException failure) {
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

package io.pitlane.pipeline.worker;

import io.pitlane.pipeline.topics.AccessCheck;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * From the start of a service to its end, the messages of one channel: one at a time, each as often
 * as Kafka makes it necessary. The end waits for the work in hand as long as it may, then has it
 * broken off where another replica can go on.
 */
final class Shift {
    private static final Logger LOG = Logger.getLogger(Shift.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KafkaClientService clients;
    private final String channel;
    private final Runnable opening;
    private final Retrying retrying;
    private final Desk desk;
    private final Duration drain;
    private Work atWork;

    /** Something in hand. */
    interface Work extends AutoCloseable {

        /** Ends it soon, and leaves what it needs to be taken up again. */
        void stop();

        @Override
        void close();
    }

    /**
     * A shift to come.
     *
     * @param access what must be allowed before any work begins
     * @param opening what must succeed before any work begins
     * @param desk where it is said what is at work
     * @param drain how long the end waits for the work in hand
     */
    Shift(
            KafkaClientService clients,
            String channel,
            AccessCheck access,
            Runnable opening,
            Desk desk,
            Duration drain) {
        this.clients = clients;
        this.channel = channel;
        this.opening = opening;
        this.retrying = new Retrying(access, opening);
        this.desk = desk;
        this.drain = drain;
    }

    /**
     * Begins, and does not wait for the first message to clean up behind a predecessor that was
     * killed: readers wait for what it left open.
     */
    void begin() {
        var thread = new Thread(this::open, channel + "-opening");
        thread.setDaemon(true);
        thread.start();
    }

    private void open() {
        try {
            opening.run();
        } catch (KafkaException e) {
            LOG.debugf(e, "Opened with the first message on %s, then", channel);
        }
    }

    /** Takes nothing any more; returns when nothing is in hand, or is broken off. */
    void end() {
        retrying.stop();
        if (isAtWork() && !drain.isZero()) {
            // Not otherwise: whoever ends while the group is being rebalanced cannot say goodbye,
            // and is missed only when its session is over.
            desk.leave();
            giveUpTheRest();
        }
        var left = awaitIdle(Instant.now().plus(drain));
        if (left != null) {
            left.stop();
        }
    }

    private synchronized boolean isAtWork() {
        return atWork != null;
    }

    private void giveUpTheRest() {
        try {
            clients.getConsumer(channel)
                    .runOnPollingThread(
                            consumer -> {
                                consumer.enforceRebalance("about to end");
                            })
                    .await()
                    .atMost(PATIENCE);
        } catch (RuntimeException e) {
            LOG.debugf(e, "The group learns of our end when we have ended");
        }
    }

    private synchronized Work awaitIdle(Instant until) {
        try {
            for (var left = drain; atWork != null && !left.isNegative() && !left.isZero(); ) {
                LOG.infof("Waiting for the work in hand, %d s at most", left.toSeconds());
                wait(left.toMillis());
                left = Duration.between(Instant.now(), until);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return atWork;
    }

    /** Deals with one message, however long it takes. */
    void take(ConsumerRecord<String, byte[]> message, Consumer<Claim> dealing) {
        var claim = new Claim(clients.getConsumer(channel), message);
        retrying.deal(claim, () -> dealing.accept(claim));
    }

    /** Does work that the end of the shift can break off. */
    <W extends Work> void work(W work, Consumer<W> doing) {
        try (work) {
            set(work);
            if (retrying.isStopping()) {
                work.stop();
            }
            doing.accept(work);
        } finally {
            set(null);
        }
    }

    private synchronized void set(Work work) {
        atWork = work;
        notifyAll();
    }
}

package io.pitlane.pipeline.consumer;

import io.pitlane.pipeline.topics.AccessCheck;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * The consumer of one channel from the start of the service to its end: one message at a time, each
 * retried as often as Kafka fails. At the end it waits for the work in flight up to the drain
 * period, then interrupts it so that another replica can resume it.
 */
public final class ConsumerLifecycle {
    private static final Logger LOG = Logger.getLogger(ConsumerLifecycle.class);
    private static final Duration REBALANCE_PATIENCE = Duration.ofSeconds(2);

    private final KafkaClientService clients;
    private final String channel;
    private final Runnable initTransactions;
    private final KafkaRetry retry;
    private final InFlightWork inFlight;
    private final Duration drain;
    private Interruptible current;

    /** Work that the end of the service can interrupt. */
    public interface Interruptible extends AutoCloseable {
        /** Ends the work soon, and leaves what another replica needs to resume it. */
        void stop();

        @Override
        void close();
    }

    /**
     * A consumer that is not started.
     *
     * @param access what must be allowed before any work begins
     * @param initTransactions must succeed before any work begins
     * @param inFlight told when this replica drains
     * @param drain how long the end waits for the work in flight
     */
    public ConsumerLifecycle(
            KafkaClientService clients,
            String channel,
            AccessCheck access,
            Runnable initTransactions,
            InFlightWork inFlight,
            Duration drain) {
        this.clients = clients;
        this.channel = channel;
        this.initTransactions = initTransactions;
        this.retry = new KafkaRetry(access, initTransactions);
        this.inFlight = inFlight;
        this.drain = drain;
    }

    /**
     * Aborts the open transaction of a killed predecessor without waiting for the first message:
     * readers are blocked by it.
     */
    public void start() {
        var thread = new Thread(this::abortOpenTransaction, channel + "-init");
        thread.setDaemon(true);
        thread.start();
    }

    private void abortOpenTransaction() {
        try {
            initTransactions.run();
        } catch (KafkaException e) {
            LOG.debugf(e, "The first message on %s will initialize the transactions", channel);
        }
    }

    /** Takes no further message; returns when no work is in flight, or it is interrupted. */
    public void stop() {
        retry.stop();
        if (isWorking() && !drain.isZero()) {
            // Not otherwise: a member that stops during a rebalance cannot leave the group, and
            // is missed only after its session timeout.
            inFlight.drain();
            rebalance();
        }
        var left = awaitIdle(Instant.now().plus(drain));
        if (left != null) {
            left.stop();
        }
    }

    private synchronized boolean isWorking() {
        return current != null;
    }

    private void rebalance() {
        try {
            clients.getConsumer(channel)
                    .runOnPollingThread(
                            consumer -> {
                                consumer.enforceRebalance("about to stop");
                            })
                    .await()
                    .atMost(REBALANCE_PATIENCE);
        } catch (RuntimeException e) {
            LOG.debugf(e, "Idle partitions stay here until the service has stopped");
        }
    }

    private synchronized Interruptible awaitIdle(Instant until) {
        try {
            for (var left = drain; current != null && !left.isNegative() && !left.isZero(); ) {
                LOG.infof("Waiting for the work in flight, %d s at most", left.toSeconds());
                wait(left.toMillis());
                left = Duration.between(Instant.now(), until);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return current;
    }

    /** Processes one message, however long it takes. */
    public void consume(ConsumerRecord<String, byte[]> message, Consumer<Claim> processing) {
        var claim = new Claim(clients.getConsumer(channel), message);
        retry.run(claim, () -> processing.accept(claim));
    }

    /**
     * Hands the outcome of finished work over, however long Kafka is away: to do the work again
     * would cost more than to keep its outcome.
     *
     * @param abandoned whether the work is: its claim stays lost, or the service stops
     * @param handOver false when the claim is not held
     * @return false when another replica processes the message
     * @throws KafkaException when Kafka fails and the work is abandoned
     */
    public boolean handOver(Claim claim, BooleanSupplier abandoned, BooleanSupplier handOver) {
        return retry.handOver(claim, abandoned, handOver);
    }

    /** Runs work that {@link #stop()} can interrupt, and closes it. */
    public <W extends Interruptible> void run(W work, Consumer<W> body) {
        try (work) {
            set(work);
            if (retry.isStopping()) {
                work.stop();
            }
            body.accept(work);
        } finally {
            set(null);
        }
    }

    private synchronized void set(Interruptible work) {
        current = work;
        notifyAll();
    }
}

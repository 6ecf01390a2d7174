package io.pitlane.pipeline.worker;

import io.pitlane.contract.FailureException;
import io.pitlane.pipeline.event.TooLarge;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Everything that a message leads to and the message's own offset, in one transaction: readers see
 * all of it or none, and only once.
 *
 * <p>SmallRye's own {@code KafkaTransactions} compares the group's generation with that at which
 * the message was received, and drops the transaction when they differ, which every rebalance
 * during a long job leads to. Here the claim is checked against the group as it is when the work is
 * done.
 */
final class HandOver implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HandOver.class);
    private static final int TRIES = 5;

    /** How long a transaction may take, and readers wait for that of a killed replica. */
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /** Brokers refuse more by default. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** Whoever is slower than this needs a shorter way to the broker. */
    private static final long BYTES_PER_SECOND = 2 << 20;

    private final Map<String, Object> settings;
    private KafkaProducer<String, byte[]> producer;
    private Duration timeout = SHORTEST;

    /** What is written within the transaction; may be called again after a failure. */
    interface Writes {
        void to(Producer<String, byte[]> producer);
    }

    /**
     * Hand-overs by one instance.
     *
     * @param client how to reach Kafka
     * @param transactionalId the same after a restart, so that what a killed predecessor left open
     *     is aborted at once rather than when it times out
     */
    HandOver(Map<String, Object> client, String transactionalId) {
        settings = new HashMap<>(client);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
    }

    /** Aborts what a killed predecessor left open, which would hold up every reader until then. */
    synchronized void open() {
        open(SHORTEST);
    }

    private void open(Duration needed) {
        if (!timeout.equals(needed)) {
            discard();
            timeout = needed;
        }
        if (producer == null) {
            producer = allowed(needed);
        }
    }

    private KafkaProducer<String, byte[]> allowed(Duration needed) {
        try {
            return opened(needed);
        } catch (InvalidTxnTimeoutException e) {
            if (needed.equals(SHORTEST)) {
                throw e;
            }
            LOG.warnf(
                    "The broker does not allow transactions of %d s, which large models may need:"
                            + " raise its transaction.max.timeout.ms",
                    needed.toSeconds());
            return opened(SHORTEST);
        }
    }

    private KafkaProducer<String, byte[]> opened(Duration longest) {
        settings.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(longest.toMillis()));
        var opened =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        try {
            opened.initTransactions();
            return opened;
        } catch (KafkaException e) {
            opened.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Concludes a claimed message.
     *
     * @return false when the claim does not stand any more: another instance does the work
     * @throws KafkaException when it could not be done
     * @throws FailureException INTERNAL when it cannot be done however often it is tried, because a
     *     record is larger than the broker takes
     */
    boolean conclude(Claim claim, Writes writes) {
        return conclude(claim, 0, writes);
    }

    /**
     * Concludes a claimed message with much to write.
     *
     * @param bytes how much, about; a transaction that took longer than was said before would be
     *     aborted, however often it is tried
     */
    synchronized boolean conclude(Claim claim, long bytes, Writes writes) {
        var needed = needed(bytes);
        for (int attempt = 1; ; attempt++) {
            try {
                return tryToConclude(claim, needed, writes);
            } catch (KafkaException e) {
                discard();
                TooLarge.check(e);
                if (attempt == TRIES || Denied.in(e).isPresent()) {
                    throw e;
                }
                LOG.warnf(e, "Hand-over of %s failed, trying again", claim);
            }
        }
    }

    /**
     * Concludes a claimed message with the first of several writes that Kafka takes.
     *
     * @param forms each smaller than the one before; not empty
     * @return false when the claim does not stand any more: another instance does the work
     * @throws KafkaException when it could not be done
     * @throws FailureException INTERNAL when even the last is larger than the broker takes
     */
    boolean conclude(Claim claim, List<Writes> forms) {
        for (var left = forms.iterator(); ; ) {
            var form = left.next();
            try {
                return conclude(claim, form);
            } catch (FailureException e) {
                if (!left.hasNext()) {
                    throw e;
                }
                LOG.warnf("%s: said in short instead: %s", claim, e.getMessage());
            }
        }
    }

    private static Duration needed(long bytes) {
        var slow = Duration.ofSeconds(bytes / BYTES_PER_SECOND);
        if (slow.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return slow.compareTo(LONGEST) < 0 ? slow : LONGEST;
    }

    private boolean tryToConclude(Claim claim, Duration needed, Writes writes) {
        open(needed);
        if (!claim.stands()) {
            return false;
        }
        producer.beginTransaction();
        writes.to(producer);
        var membership = claim.membership();
        if (membership.isEmpty()) {
            producer.abortTransaction();
            return false;
        }
        producer.sendOffsetsToTransaction(claim.afterwards(), membership.get());
        producer.commitTransaction();
        return true;
    }

    /** A producer that failed cannot be trusted to go on; its successor cleans up behind it. */
    private void discard() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public synchronized void close() {
        discard();
    }
}

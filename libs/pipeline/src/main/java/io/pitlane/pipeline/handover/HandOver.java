package io.pitlane.pipeline.handover;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.event.RecordSizeErrors;
import io.pitlane.pipeline.topics.AuthorizationErrors;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Commits the records that a message leads to and the message's own offset in one transaction:
 * readers see all of it or nothing, and only once. Thread-safe.
 *
 * <p>SmallRye's own {@code KafkaTransactions} compares the group's generation with that at which
 * the message was received, and drops the transaction when they differ, as they do after a
 * rebalance during a long job. Here the claim is checked against the group as it is at the commit.
 */
public final class HandOver implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HandOver.class);
    private static final int ATTEMPTS = 5;

    /** How long readers wait for the open transaction of a killed replica. */
    private static final Duration MIN_TIMEOUT = Duration.ofMinutes(1);

    /** Brokers refuse more by default. */
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(15);

    /** The slowest connection to the broker that is supported. */
    private static final long BYTES_PER_SECOND = 2 << 20;

    private final Map<String, Object> settings;
    private final Duration minTimeout;
    private Duration timeout;
    private KafkaProducer<String, byte[]> producer;
    private volatile KafkaProducer<String, byte[]> connecting;
    private volatile boolean closed;

    /** What is written within the transaction; may be called again after a failure. */
    public interface Writes {
        /** Sends the records. */
        void to(Producer<String, byte[]> producer);
    }

    /**
     * The transactions of one replica.
     *
     * @param client how to reach Kafka
     * @param transactionalId the same after a restart, so that the open transaction of a killed
     *     predecessor is aborted at once rather than when it times out
     */
    public HandOver(Map<String, Object> client, String transactionalId) {
        this(client, transactionalId, MIN_TIMEOUT);
    }

    /**
     * The same with another timeout.
     *
     * @param minTimeout of transactions with few bytes; so long readers wait for one that a killed
     *     replica has left open
     */
    public HandOver(Map<String, Object> client, String transactionalId, Duration minTimeout) {
        this.minTimeout = minTimeout;
        this.timeout = minTimeout;
        settings = new HashMap<>(client);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
    }

    /**
     * Aborts the open transaction of a killed predecessor, which blocks every reader.
     *
     * @throws KafkaException when that fails
     */
    public synchronized void initTransactions() {
        open(minTimeout);
    }

    private void open(Duration needed) {
        if (!timeout.equals(needed)) {
            discard();
            timeout = needed;
        }
        if (producer == null) {
            createAllowed(needed);
        }
    }

    private void createAllowed(Duration needed) {
        try {
            create(needed);
        } catch (InvalidTxnTimeoutException e) {
            if (needed.equals(minTimeout)) {
                throw e;
            }
            LOG.warnf(
                    "The broker does not allow transactions of %d s, which large models may need:"
                            + " raise its transaction.max.timeout.ms",
                    needed.toSeconds());
            create(minTimeout);
        }
    }

    private void create(Duration transactionTimeout) {
        settings.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(transactionTimeout.toMillis()));
        var created =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        connecting = created;
        try {
            throwIfClosed(null);
            created.initTransactions();
            producer = created;
        } catch (RuntimeException e) {
            created.close(Duration.ZERO);
            throwIfClosed(e);
            throw e;
        } finally {
            connecting = null;
        }
    }

    private void throwIfClosed(RuntimeException cause) {
        if (closed) {
            throw new KafkaException("the service is about to stop", cause);
        }
    }

    /**
     * Commits records and the offset of a claimed message.
     *
     * @return false when the claim is lost: another replica processes the message
     * @throws KafkaException when several attempts have failed; what they wrote is not visible
     * @throws FailureException INTERNAL when no retry helps, because a record is larger than the
     *     broker takes
     */
    public boolean commit(Claim claim, Writes writes) {
        return commit(claim, 0, writes);
    }

    /**
     * The same with many bytes to write.
     *
     * @param bytes approximate size; a transaction that took longer than its timeout would be
     *     aborted, however often it is tried
     */
    public boolean commit(Claim claim, long bytes, Writes writes) {
        return commit(claim, timeout(bytes), claim.nextOffset(), writes);
    }

    /**
     * Commits records about a claimed message whose processing goes on. The message's own offset is
     * committed with them: that changes nothing for the group, but has the broker refuse the
     * records of a replica that is no longer the one to process the message, even where it loses
     * its claim between the check and the commit (KIP-447).
     *
     * @return false when the claim is lost
     * @throws KafkaException when several attempts have failed; what they wrote is not visible
     */
    public boolean commitProgress(Claim claim, Writes writes) {
        return commit(claim, minTimeout, claim.currentOffset(), writes);
    }

    private synchronized boolean commit(
            Claim claim,
            Duration needed,
            Map<TopicPartition, OffsetAndMetadata> offset,
            Writes writes) {
        for (int attempt = 1; ; attempt++) {
            try {
                return tryToCommit(claim, needed, offset, writes);
            } catch (KafkaException e) {
                discard();
                RecordSizeErrors.throwIfTooLarge(e);
                if (attempt == ATTEMPTS || isFinal(e)) {
                    throw e;
                }
                LOG.warnf(e, "A commit for %s failed, trying again", claim);
            } catch (RuntimeException e) {
                discard();
                throwIfClosed(e);
                throw e;
            }
        }
    }

    private boolean isFinal(KafkaException e) {
        return closed || e instanceof InterruptException || AuthorizationErrors.find(e).isPresent();
    }

    /**
     * Commits the first of several alternatives whose records are not too large.
     *
     * @param alternatives each smaller than the one before; not empty
     * @return false when the claim is lost: another replica processes the message
     * @throws KafkaException when the commit fails
     * @throws FailureException INTERNAL when even the last is larger than the broker takes
     */
    public boolean commitFirstAccepted(Claim claim, List<Writes> alternatives) {
        for (var left = alternatives.iterator(); ; ) {
            var alternative = left.next();
            try {
                return commit(claim, alternative);
            } catch (FailureException e) {
                if (!left.hasNext()) {
                    throw e;
                }
                LOG.warnf("Shortening the outcome of %s: %s", claim, e.getMessage());
            }
        }
    }

    private Duration timeout(long bytes) {
        var slow = Duration.ofSeconds(bytes / BYTES_PER_SECOND);
        if (slow.compareTo(minTimeout) < 0) {
            return minTimeout;
        }
        return slow.compareTo(MAX_TIMEOUT) < 0 ? slow : MAX_TIMEOUT;
    }

    private boolean tryToCommit(
            Claim claim,
            Duration needed,
            Map<TopicPartition, OffsetAndMetadata> offset,
            Writes writes) {
        open(needed);
        if (!claim.isHeld()) {
            return false;
        }
        producer.beginTransaction();
        writes.to(producer);
        var group = claim.groupMetadata();
        if (group.isEmpty()) {
            producer.abortTransaction();
            return false;
        }
        producer.sendOffsetsToTransaction(offset, group.get());
        producer.commitTransaction();
        return true;
    }

    /** A producer is not usable after a failure; the next one aborts its transaction. */
    private void discard() {
        var failed = producer;
        if (failed != null) {
            producer = null;
            failed.close(Duration.ZERO);
        }
    }

    /** Waits for a commit in progress, but not for a broker that is away. */
    @Override
    public void close() {
        closed = true;
        var waiting = connecting;
        if (waiting != null) {
            waiting.close(Duration.ZERO);
        }
        synchronized (this) {
            discard();
        }
    }
}

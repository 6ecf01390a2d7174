package io.pitlane.pipeline.worker;

import io.pitlane.contract.FailureException;
import io.pitlane.pipeline.event.TooLarge;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
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

    private final Map<String, Object> settings;
    private KafkaProducer<String, byte[]> producer;

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
        if (producer == null) {
            var opened =
                    new KafkaProducer<>(
                            settings, new StringSerializer(), new ByteArraySerializer());
            try {
                opened.initTransactions();
            } catch (KafkaException e) {
                opened.close(Duration.ZERO);
                throw e;
            }
            producer = opened;
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
    synchronized boolean conclude(Claim claim, Writes writes) {
        for (int attempt = 1; ; attempt++) {
            try {
                return tryToConclude(claim, writes);
            } catch (KafkaException e) {
                discard();
                TooLarge.check(e);
                if (attempt == TRIES) {
                    throw e;
                }
                LOG.warnf(e, "Hand-over of %s failed, trying again", claim);
            }
        }
    }

    private boolean tryToConclude(Claim claim, Writes writes) {
        open();
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

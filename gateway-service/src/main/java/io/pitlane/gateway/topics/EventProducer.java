package io.pitlane.gateway.topics;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.config.KafkaClientConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/** Publishes events in Kafka transactions, one at a time. Thread-safe. */
@Singleton
public class EventProducer {
    private static final Logger LOG = Logger.getLogger(EventProducer.class);

    /** Readers of committed records wait this long for the transaction of a gateway that died. */
    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;

    /** A client should learn soon that Kafka is unavailable; the default is two minutes. */
    private static final int TIMEOUT_MILLIS = 15_000;

    private final KafkaClientConfig client;
    private final Topics topics;
    private Producer<String, byte[]> producer;

    EventProducer(KafkaClientConfig client, Topics topics) {
        this.client = client;
        this.topics = topics;
    }

    /**
     * Publishes all events or none, and returns when the transaction is committed.
     *
     * @throws FailureException INTERNAL when Kafka did not confirm
     */
    public void publish(List<ProducerRecord<String, byte[]>> events) {
        publish(events, transaction -> {});
    }

    /**
     * Publishes all events and commits the offset of the record they result from, or neither.
     *
     * @throws FailureException INTERNAL when Kafka did not confirm, or another member owns the
     *     partition
     */
    public void publish(List<ProducerRecord<String, byte[]>> events, ConsumedOffset consumed) {
        publish(
                events,
                transaction ->
                        transaction.sendOffsetsToTransaction(
                                consumed.offsets(), consumed.member()));
    }

    private synchronized void publish(
            List<ProducerRecord<String, byte[]>> events, Consumer<Producer<String, byte[]>> more) {
        try {
            if (producer == null) {
                producer = open();
            }
            producer.beginTransaction();
            events.forEach(producer::send);
            more.accept(producer);
            producer.commitTransaction();
        } catch (KafkaException e) {
            LOG.errorf(e, "Publishing %s failed", events.stream().map(r -> r.topic()).toList());
            close();
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "Kafka did not confirm that the request was stored: " + e.getMessage(),
                    "Check that the broker is up, look whether the request took effect after all,"
                            + " and try again.",
                    e);
        }
    }

    /**
     * A transactional id per process keeps replicas from fencing each other. A zombie is harmless:
     * it commits consumed offsets as a member of an old generation of the group, which the broker
     * rejects.
     */
    private Producer<String, byte[]> open() {
        var config = new HashMap<>(client.settings());
        config.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                topics.prefix() + "gateway." + UUID.randomUUID());
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 2);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        var opened = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        try {
            opened.initTransactions();
            return opened;
        } catch (KafkaException e) {
            opened.close(Duration.ZERO);
            throw e;
        }
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }
}

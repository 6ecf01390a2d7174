package io.pitlane.pipeline.event;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends records outside of any transaction, for facts that do not depend on the job's outcome.
 * Connects when first used. Thread-safe.
 */
public final class EventSender implements AutoCloseable {
    private final Map<String, Object> settings;
    private KafkaProducer<String, byte[]> producer;

    /**
     * A sender.
     *
     * @param client how to reach Kafka
     */
    public EventSender(Map<String, Object> client) {
        settings = new HashMap<>(client);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    }

    /**
     * Sends a record and waits until it is written.
     *
     * @throws KafkaException when it cannot be
     * @throws io.pitlane.contract.failure.FailureException when it never can be, because it is too
     *     large
     */
    public void send(ProducerRecord<String, byte[]> record) {
        try {
            producer().send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while sending to " + record.topic(), e);
        } catch (ExecutionException e) {
            var failure = new KafkaException("could not write to " + record.topic(), e.getCause());
            RecordSizeErrors.throwIfTooLarge(failure);
            throw failure;
        }
    }

    private synchronized KafkaProducer<String, byte[]> producer() {
        if (producer == null) {
            producer =
                    new KafkaProducer<>(
                            settings, new StringSerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close();
            producer = null;
        }
    }
}

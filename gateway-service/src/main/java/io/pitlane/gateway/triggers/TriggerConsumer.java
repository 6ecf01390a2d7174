package io.pitlane.gateway.triggers;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.gateway.topics.ConsumedOffset;
import io.pitlane.pipeline.config.KafkaClientConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Consumes the topic of triggers, one record at a time, as a member of the gateways' group: the
 * topic has one partition, so that one gateway at a time owns it. A trigger that cannot be
 * processed yet is retried later.
 */
@Singleton
public class TriggerConsumer implements Runnable {
    private static final Logger LOG = Logger.getLogger(TriggerConsumer.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

    private final TriggerHandler handler;
    private final Topics topics;
    private final KafkaClientConfig client;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Consumer<String, byte[]> current;

    TriggerConsumer(TriggerHandler handler, Topics topics, KafkaClientConfig client) {
        this.handler = handler;
        this.topics = topics;
        this.client = client;
    }

    @Override
    public void run() {
        while (!isStopped()) {
            try (var consumer = open()) {
                current = consumer;
                consumer.subscribe(List.of(topics.triggers()));
                read(consumer);
            } catch (WakeupException | InterruptException e) {
                LOG.debug("Stopping", e);
            } catch (RuntimeException e) {
                LOG.warnf("Reading the triggers failed, trying again: %s", e.getMessage());
                LOG.debug("Reading the triggers failed", e);
                pause();
            }
        }
    }

    /** Stops the consumer; returns at once. */
    public void stop() {
        stopped.countDown();
        Optional.ofNullable(current).ifPresent(Consumer::wakeup);
    }

    private void read(Consumer<String, byte[]> consumer) {
        var resumeAt = Instant.MIN;
        while (!isStopped()) {
            if (!consumer.paused().isEmpty() && Instant.now().isAfter(resumeAt)) {
                consumer.resume(consumer.paused());
            }
            for (var record : consumer.poll(POLL)) {
                if (!handle(record, consumer)) {
                    var partition = partition(record);
                    consumer.seek(partition, record.offset());
                    consumer.pause(List.of(partition));
                    resumeAt = Instant.now().plus(RETRY_DELAY);
                }
            }
        }
    }

    private boolean handle(
            ConsumerRecord<String, byte[]> record, Consumer<String, byte[]> consumer) {
        try {
            return handler.handle(
                    record,
                    new ConsumedOffset(
                            partition(record), record.offset() + 1, consumer.groupMetadata()));
        } catch (FailureException e) {
            LOG.warnf(
                    "The trigger at offset %d is retried later: %s",
                    record.offset(), e.getMessage());
            return false;
        }
    }

    private static TopicPartition partition(ConsumerRecord<String, byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private Consumer<String, byte[]> open() {
        Map<String, Object> config = new HashMap<>(client.settings());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, topics.prefix() + "gateway");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Otherwise triggers sent before the first gateway started would be lost.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A member that polls late loses the partition: one trigger takes little time.
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        // Triggers wait this long for another gateway when one dies.
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private void pause() {
        try {
            stopped.await(RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped.countDown();
        }
    }
}

package io.pitlane.gateway.topics;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
 * Consumes topics that the gateways share, one record at a time, as a member of their group: each
 * topic has one partition, so that one gateway at a time owns it. A record that cannot be processed
 * yet is retried later.
 */
@Singleton
public class SharedTopicConsumer implements Runnable {
    private static final Logger LOG = Logger.getLogger(SharedTopicConsumer.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

    private final Map<String, RecordHandler> handlers;
    private final Topics topics;
    private final KafkaClientConfig client;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Consumer<String, byte[]> current;

    SharedTopicConsumer(
            @All List<RecordHandler> handlers, Topics topics, KafkaClientConfig client) {
        this.handlers =
                handlers.stream()
                        .collect(Collectors.toUnmodifiableMap(RecordHandler::topic, h -> h));
        this.topics = topics;
        this.client = client;
    }

    @Override
    public void run() {
        while (!isStopped()) {
            try (var consumer = open()) {
                current = consumer;
                consumer.subscribe(handlers.keySet());
                read(consumer);
            } catch (WakeupException | InterruptException e) {
                LOG.debug("Stopping", e);
            } catch (RuntimeException e) {
                LOG.warnf("Reading %s failed, trying again: %s", handlers.keySet(), e.getMessage());
                LOG.debug("Reading the shared topics failed", e);
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
            return handlers.get(record.topic())
                    .handle(
                            record,
                            new ConsumedOffset(
                                    partition(record),
                                    record.offset() + 1,
                                    consumer.groupMetadata()));
        } catch (FailureException e) {
            LOG.warnf(
                    "The record at offset %d of %s is retried later: %s",
                    record.offset(), record.topic(), e.getMessage());
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
        // Otherwise records sent before the first gateway started would be lost.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A member that polls late loses the partition: one record takes little time.
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        // Records wait this long for another gateway when one dies.
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

package io.pitlane.gateway.topics;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.topics.CommittedLog;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks up the end offsets of topics. They include the records of open transactions, so that a
 * reader that waits for them sees a transaction that is being committed.
 */
@Singleton
public class EndOffsets {
    private final Admin admin;

    EndOffsets(KafkaClientConfig client) {
        this.admin = Admin.create(client.settings());
    }

    /**
     * The end offset of each partition.
     *
     * @throws FailureException INTERNAL when the broker does not answer
     */
    public Map<TopicPartition, Long> of(String topic) {
        try {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            var partitions =
                    described.partitions().stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            return CommittedLog.endOffsets(admin, partitions);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(topic, e);
        } catch (ExecutionException e) {
            throw unreachable(topic, e.getCause());
        }
    }

    @PreDestroy
    void close() {
        admin.close(Duration.ZERO);
    }

    private static FailureException unreachable(String topic, Throwable cause) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "The end offsets of " + topic + " are unknown: " + cause.getMessage(),
                "Check that the broker is up and try again.",
                cause);
    }
}

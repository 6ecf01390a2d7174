package io.pitlane.gateway.artifacts;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.config.KafkaClientConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Reads the log start offsets from the broker. */
@Singleton
class KafkaArtifactLogStart implements ArtifactLogStart {
    private final Admin admin;
    private final Topics topics;

    KafkaArtifactLogStart(KafkaClientConfig client, Topics topics) {
        this.admin = Admin.create(client.settings());
        this.topics = topics;
    }

    @Override
    public long of(int partition) {
        var where = new TopicPartition(topics.artifacts(), partition);
        try {
            return admin.listOffsets(Map.of(where, OffsetSpec.earliest()))
                    .partitionResult(where)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw unreachable(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    @PreDestroy
    void close() {
        admin.close(Duration.ZERO);
    }

    private static FailureException unreachable(Throwable cause) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "The start of the artifact log is unknown: " + cause.getMessage(),
                "Check that the broker is up and try again.",
                cause);
    }
}

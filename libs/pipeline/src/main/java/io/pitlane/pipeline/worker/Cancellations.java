package io.pitlane.pipeline.worker;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.topics.CompactedKeys;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/** The runs that somebody has cancelled. Thread-safe. */
final class Cancellations implements AutoCloseable {
    private final CompactedKeys runs;

    /**
     * Nothing is read yet.
     *
     * @param client how to reach Kafka
     * @param patience while the topic of cancellations does not move
     */
    Cancellations(Map<String, Object> client, Topics topics, Duration patience) {
        this.runs = new CompactedKeys(client, topics.cancellations(), patience);
    }

    /**
     * Whether a run is cancelled.
     *
     * @throws KafkaException when the cancellations cannot be read
     */
    boolean isCancelled(String runId) {
        return runs.containsAny(runId);
    }

    /** What a cancelled run ends with. */
    static FailureException failure() {
        return new FailureException(
                Failure.Kind.CANCELLED, "The run was cancelled.", "Submit the plan again.");
    }

    @Override
    public void close() {
        runs.close();
    }
}

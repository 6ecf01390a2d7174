package io.pitlane.pipeline.event;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Tells a record that is too large, which no retry helps, from other failures to write. */
public final class RecordSizeErrors {
    private RecordSizeErrors() {}

    /**
     * Does nothing where a retry may help.
     *
     * @throws FailureException INTERNAL when a record is larger than Kafka takes
     */
    public static void throwIfTooLarge(KafkaException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                throw new FailureException(
                        Failure.Kind.INTERNAL,
                        "What is to be handed over is larger than Kafka takes: "
                                + cause.getMessage(),
                        "Use fewer steps or a shorter plan; else raise max.message.bytes of the"
                                + " topics.",
                        e);
            }
        }
    }
}

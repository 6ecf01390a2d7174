package io.pitlane.pipeline.event;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Tells the one failure to write that no patience helps against from all others. */
public final class TooLarge {
    private TooLarge() {}

    /**
     * Does nothing where it is worth to try again.
     *
     * @throws FailureException INTERNAL when a record is larger than Kafka takes
     */
    public static void check(KafkaException e) {
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

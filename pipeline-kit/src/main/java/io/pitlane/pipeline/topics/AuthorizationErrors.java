package io.pitlane.pipeline.worker;

import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;

/** Finds out whether it is a right that is missing. */
final class Denied {
    private Denied() {}

    /** What the cluster said about the right; clients wrap it in other exceptions. */
    static Optional<AuthorizationException> in(KafkaException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException denied) {
                return Optional.of(denied);
            }
        }
        return Optional.empty();
    }
}

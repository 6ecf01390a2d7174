package io.pitlane.pipeline.topics;

import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;

/** Tells a missing right on the cluster from other failures of Kafka. */
public final class AuthorizationErrors {
    private AuthorizationErrors() {}

    /** The cluster's refusal; clients wrap it in other exceptions. */
    public static Optional<AuthorizationException> find(KafkaException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException denial) {
                return Optional.of(denial);
            }
        }
        return Optional.empty();
    }
}

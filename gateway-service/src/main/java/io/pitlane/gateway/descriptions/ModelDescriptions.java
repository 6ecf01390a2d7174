package io.pitlane.gateway.descriptions;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.pipeline.artifact.ArtifactStore;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;

/**
 * The descriptions of uploaded models, made when they are first asked for, one at a time; the
 * latest are kept. Thread-safe.
 */
@Singleton
class ModelDescriptions {
    private static final int CAPACITY = 50;
    private static final int PATIENCE_SECONDS = 30;
    private static final int RETRY_SECONDS = 10;

    private final ArtifactStore store;
    private final ModelInspector inspector;
    private final Semaphore turn = new Semaphore(1, true);
    private final Map<String, JsonNode> latest =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<String, JsonNode> eldest) {
                            return size() > CAPACITY;
                        }
                    });

    ModelDescriptions(ArtifactStore store, ModelInspector inspector) {
        this.store = store;
        this.inspector = inspector;
    }

    /**
     * The description of a model.
     *
     * @throws ApiException 422 when the model cannot be read, 501 when this gateway describes no
     *     models, 503 when others wait for theirs
     */
    JsonNode of(ArtifactRef model) {
        var known = latest.get(model.digest());
        return known == null ? inTurn(model) : known;
    }

    private JsonNode inTurn(ArtifactRef model) {
        try {
            if (!turn.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw later("The gateway is describing other models.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException(
                    Failure.Kind.CANCELLED, "The gateway is stopping.", "Try again.", e);
        }
        try {
            var known = latest.get(model.digest());
            return known == null ? describe(model) : known;
        } finally {
            turn.release();
        }
    }

    private JsonNode describe(ArtifactRef model) {
        try {
            var description = inspector.describe(store.fetch(model));
            latest.put(model.digest(), description);
            return description;
        } catch (KafkaException e) {
            throw later("The model cannot be read from the log at this time: " + e.getMessage());
        }
    }

    private static ApiException later(String message) {
        return new ApiException(
                Status.SERVICE_UNAVAILABLE, message, "Try again in a moment.", RETRY_SECONDS);
    }
}

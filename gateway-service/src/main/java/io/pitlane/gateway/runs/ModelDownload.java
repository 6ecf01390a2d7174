package io.pitlane.gateway.runs;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.pipeline.artifact.ArtifactStore;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Streams the models of a run from the local cache of the artifact log. */
@Singleton
class ModelDownload {
    private static final Logger LOG = Logger.getLogger(ModelDownload.class);
    private static final int RETRY_SECONDS = 60;

    private final ArtifactStore store;

    ModelDownload(ArtifactStore store) {
        this.store = store;
    }

    Response of(RunState run, String label) throws IOException {
        var artifact = model(run, label).artifact();
        var file = fetch(artifact);
        return Response.ok(Files.newInputStream(file), "application/gzip")
                .header(HttpHeaders.CONTENT_LENGTH, artifact.sizeBytes())
                .header(HttpHeaders.ETAG, '"' + artifact.digest() + '"')
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + run.plan().name() + "-" + label + ".tar.gz\"")
                .build();
    }

    private Path fetch(ArtifactRef artifact) {
        try {
            return store.fetch(artifact);
        } catch (KafkaException e) {
            LOG.error("A model could not be read", e);
            throw new ApiException(
                    Status.SERVICE_UNAVAILABLE,
                    e.getMessage(),
                    "Try again later.",
                    RETRY_SECONDS,
                    e);
        }
    }

    private static RunModel model(RunState run, String label) {
        return run.models().stream()
                .filter(model -> model.label().equals(label))
                .findFirst()
                .orElseThrow(() -> unknown(run, label));
    }

    private static ApiException unknown(RunState run, String label) {
        var known = run.models().stream().map(RunModel::label).collect(Collectors.joining(", "));
        return new ApiException(
                Status.NOT_FOUND,
                "Run '" + run.runId() + "' has no model '" + label + "'; it has: " + known + ".",
                "Ask for one of these labels.");
    }
}

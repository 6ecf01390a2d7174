package io.pitlane.gateway.runs;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.validation.NearestName;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.pipeline.artifact.ArtifactStore;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Streams the models of a run from the local cache of the artifact log. */
@Singleton
class ModelDownload {
    private static final Logger LOG = Logger.getLogger(ModelDownload.class);
    private static final int RETRY_SECONDS = 60;
    private static final String GZIP = "application/gzip";
    private static final String ARCHIVE = ".tar.gz";

    /** None of the other formats has a registered media type. */
    private static final String BYTES = "application/octet-stream";

    private final ArtifactStore store;

    ModelDownload(ArtifactStore store) {
        this.store = store;
    }

    /** The model of a step. */
    Response of(RunState run, String label) throws IOException {
        return response(
                model(run, label).artifact(), GZIP, run.plan().name() + "-" + label + ARCHIVE);
    }

    /** The candidate in the format of this name. */
    Response delivered(RunState run, String formatName) throws IOException {
        var format = format(formatName);
        var artifact = deliverable(run, format).artifact();
        var name = run.plan().name();
        return switch (format) {
            case TENSORFLOW -> response(artifact, GZIP, name + ARCHIVE);
            case ONNX, TFLITE, PACKED ->
                    response(artifact, BYTES, format.fileName().replace("model", name));
        };
    }

    private Response response(ArtifactRef artifact, String type, String fileName)
            throws IOException {
        return Response.ok(Files.newInputStream(fetch(artifact)), type)
                .header(HttpHeaders.CONTENT_LENGTH, artifact.sizeBytes())
                .header(HttpHeaders.ETAG, '"' + artifact.digest() + '"')
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + fileName + "\"")
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

    private static DeliveryFormat format(String name) {
        var formats = List.of(DeliveryFormat.values());
        return formats.stream()
                .filter(format -> format.label().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                unknownFormat(
                                        name,
                                        formats.stream().map(DeliveryFormat::label).toList()));
    }

    private static ApiException unknownFormat(String name, List<String> known) {
        return new ApiException(
                Status.BAD_REQUEST,
                "There is no format '" + name + "'; known: " + String.join(", ", known) + ".",
                NearestName.advice(name, known));
    }

    private static DeliveredModel deliverable(RunState run, DeliveryFormat format) {
        return run.deliverables().stream()
                .filter(delivered -> delivered.format() == format)
                .findFirst()
                .orElseThrow(() -> notDelivered(run, format));
    }

    private static ApiException notDelivered(RunState run, DeliveryFormat format) {
        if (!run.status().ended()) {
            return new ApiException(
                    Status.NOT_FOUND,
                    "Run '" + run.runId() + "' has delivered nothing yet: it is still running.",
                    "Wait for it to end: watch GET /api/runs/{id}/events.");
        }
        var delivered =
                run.deliverables().stream()
                        .map(model -> model.format().label())
                        .collect(Collectors.joining(", "));
        return new ApiException(
                Status.NOT_FOUND,
                "Run '%s' delivered no %s model; it delivered: %s."
                        .formatted(
                                run.runId(),
                                format.label(),
                                delivered.isEmpty() ? "nothing" : delivered),
                "The notes in GET /api/runs/{id}/report say why. The models of the steps are at GET"
                        + " /api/runs/{id}/models/{label}.");
    }
}

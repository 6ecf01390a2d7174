package io.pitlane.gateway.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.RunRequest;
import io.pitlane.gateway.errors.ApiException;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a request for a run from a body, no further than a plan can be long: the server's own limit
 * is made for models.
 */
final class RunRequestReader {
    private static final int MAX_BYTES = 1024 * 1024;

    private RunRequestReader() {}

    static RunRequest read(InputStream body) throws IOException {
        var bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new ApiException(
                    Status.REQUEST_ENTITY_TOO_LARGE,
                    "The request is larger than the " + MAX_BYTES + " bytes allowed.",
                    "Send a shorter plan; models and data are uploaded, not sent with it.");
        }
        try {
            return parse(bytes);
        } catch (JsonProcessingException e) {
            throw unreadable(e.getOriginalMessage());
        }
    }

    private static RunRequest parse(byte[] bytes) throws IOException {
        var request = ContractJson.MAPPER.readValue(bytes, RunRequest.class);
        if (request == null) {
            throw unreadable("it is null");
        }
        return request;
    }

    private static ApiException unreadable(String reason) {
        return new ApiException(
                Status.BAD_REQUEST,
                "The request cannot be read as JSON: "
                        + reason.lines().findFirst().orElse("")
                        + ".",
                "Send {\"plan\": \"<YAML or JSON as text>\", \"model\": \"<digest>\", \"data\":"
                        + " \"<digest>\"}.");
    }
}

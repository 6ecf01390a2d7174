package io.pitlane.gateway.requests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pitlane.contract.validation.Excerpt;
import io.pitlane.contract.validation.NearestName;
import io.pitlane.gateway.errors.ApiException;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;

/**
 * A request's body that is a JSON object of texts and flags, parsed strictly and with a limit on
 * its size: that of the server is for models.
 */
public final class JsonRequest {
    /** A job holds the plan at most twice, and Kafka accepts records of at most one mebibyte. */
    static final int MAX_BYTES = 256 * 1024;

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final JsonMapper STRICT =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static {
        STRICT.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(64).build());
    }

    private final JsonNode fields;
    private final String form;

    private JsonRequest(JsonNode fields, String form) {
        this.fields = fields;
        this.form = form;
    }

    /**
     * Reads a body.
     *
     * @param known names of the allowed fields
     * @param form the expected form, for the message
     * @throws ApiException 400 when it is no such object, 413 when it is too large
     */
    public static JsonRequest read(InputStream body, Set<String> known, String form)
            throws IOException {
        var request = new JsonRequest(parse(bytes(body), form), form);
        request.requireKnown(known);
        return request;
    }

    /**
     * The bytes of a body.
     *
     * @throws ApiException 413 when there are too many
     */
    public static byte[] bytes(InputStream body) throws IOException {
        var bytes = new DeadlineInputStream(body, TIMEOUT).readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new ApiException(
                    Status.REQUEST_ENTITY_TOO_LARGE,
                    "The request is larger than the " + MAX_BYTES + " bytes allowed.",
                    "Send a shorter plan; models and data are uploaded, not sent with it.");
        }
        return bytes;
    }

    /** The text of a field; null when it is missing. */
    public String text(String field) {
        var value = fields.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw unreadable("field '" + field + "' is not text", form);
        }
        return value.textValue();
    }

    /** The value of a field that is true or false; null when it is missing. */
    public Boolean flag(String field) {
        var value = fields.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw unreadable("field '" + field + "' is not true or false", form);
        }
        return value.booleanValue();
    }

    /** A document in a field, as text or as a JSON object in its place; null when it is missing. */
    public String document(String field) {
        var value = fields.get(field);
        return value != null && value.isObject() ? value.toString() : text(field);
    }

    private static JsonNode parse(byte[] bytes, String form) throws IOException {
        try {
            var tree = STRICT.readTree(bytes);
            if (tree.isObject()) {
                return tree;
            }
        } catch (MismatchedInputException e) {
            throw unreadable("more follows after its end", form, e);
        } catch (JsonProcessingException e) {
            throw unreadable(e.getOriginalMessage().lines().findFirst().orElse(""), form, e);
        }
        throw unreadable("it is no object", form);
    }

    private void requireKnown(Set<String> known) {
        fields.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                throw unreadable(
                                        "there is no field '"
                                                + Excerpt.of(name)
                                                + "'. "
                                                + NearestName.advice(name, known),
                                        form);
                            }
                        });
    }

    private static ApiException unreadable(String reason, String form) {
        return unreadable(reason, form, null);
    }

    private static ApiException unreadable(String reason, String form, IOException cause) {
        return new ApiException(
                Status.BAD_REQUEST,
                "The request cannot be read as JSON: " + Excerpt.of(reason) + ".",
                "Send " + form + ".",
                cause);
    }
}

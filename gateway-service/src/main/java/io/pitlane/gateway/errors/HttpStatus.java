package io.pitlane.gateway.errors;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status.Family;

/** Statuses that JAX-RS has no name for. */
public enum HttpStatus implements Response.StatusType {
    REQUEST_TIMEOUT(408, "Request Timeout"),
    UNPROCESSABLE_CONTENT(422, "Unprocessable Content"),
    TOO_MANY_REQUESTS(429, "Too Many Requests"),
    /** RFC 4918, section 11.5. */
    INSUFFICIENT_STORAGE(507, "Insufficient Storage");

    private final int code;
    private final String phrase;

    HttpStatus(int code, String phrase) {
        this.code = code;
        this.phrase = phrase;
    }

    @Override
    public int getStatusCode() {
        return code;
    }

    @Override
    public Family getFamily() {
        return Family.familyOf(code);
    }

    @Override
    public String getReasonPhrase() {
        return phrase;
    }
}

package io.pitlane.gateway.errors;

import jakarta.ws.rs.core.Response.Status;

/** Ends a request with an {@link ApiError} and the HTTP status that fits it. */
public class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status status;
    private final String action;

    public ApiException(Status status, String message, String action) {
        super(message);
        this.status = status;
        this.action = action;
    }

    Status status() {
        return status;
    }

    String action() {
        return action;
    }
}

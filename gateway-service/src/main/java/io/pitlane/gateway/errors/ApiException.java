package io.pitlane.gateway.errors;

import jakarta.ws.rs.core.Response.StatusType;

/** Ends a request with an {@link ApiError} and the HTTP status that fits it. */
public class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient StatusType status;
    private final String action;
    private final int retryAfterSeconds;

    public ApiException(StatusType status, String message, String action) {
        this(status, message, action, 0);
    }

    public ApiException(StatusType status, String message, String action, Throwable cause) {
        this(status, message, action, 0, cause);
    }

    /**
     * @param retryAfterSeconds when the client may try again; 0 when that makes no difference
     */
    public ApiException(StatusType status, String message, String action, int retryAfterSeconds) {
        this(status, message, action, retryAfterSeconds, null);
    }

    /**
     * @param retryAfterSeconds when the client may try again; 0 when that makes no difference
     * @param cause null where there is none
     */
    public ApiException(
            StatusType status,
            String message,
            String action,
            int retryAfterSeconds,
            Throwable cause) {
        super(message, cause);
        this.status = status;
        this.action = action;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public StatusType status() {
        return status;
    }

    public String action() {
        return action;
    }

    int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}

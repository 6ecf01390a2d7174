package io.pitlane.cli.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;

/** The gateway did not respond, or its response was cut off; a retry may help. */
public final class ServerUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean brokeOff;

    ServerUnreachableException(URI server, Throwable cause) {
        super(message(server, cause), cause);
        this.brokeOff = brokeOff(cause);
    }

    private static String message(URI server, Throwable cause) {
        return brokeOff(cause)
                ? "the connection to the Pitlane server at %s broke off: %s"
                        .formatted(server, cause.getMessage())
                : "no answer from the Pitlane server at " + server;
    }

    private static boolean brokeOff(Throwable cause) {
        return cause instanceof IOException
                && !(cause instanceof ConnectException)
                && !(cause instanceof HttpTimeoutException);
    }

    /** What the reader can do about it. */
    public String action() {
        return brokeOff
                ? "Try again; if that does not help, look at what lies between here and the gateway,"
                        + " and at the gateway's log."
                : "Start one with 'pitlane up', or name another with --server.";
    }
}

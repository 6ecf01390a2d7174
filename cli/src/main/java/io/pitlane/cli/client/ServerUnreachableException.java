package io.pitlane.cli.client;

import java.net.URI;

/** The gateway did not respond, or its response was cut off or unreadable; a retry may help. */
public final class ServerUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerUnreachableException(URI server, Throwable cause) {
        super("no answer from the Pitlane server at " + server, cause);
    }
}

package io.pitlane.cli.client;

import java.net.URI;

/** No answer came from the gateway, or its answer broke off; trying again may help. */
public final class ServerUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerUnreachableException(URI server, Throwable cause) {
        super("no answer from the Pitlane server at " + server, cause);
    }
}

package io.pitlane.gateway;

import io.vertx.core.http.HttpServerRequest;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Throws away what is left of a request's body once its answer is clear. A client that is refused
 * in the middle of an upload would otherwise go on waiting for someone to read the rest, and never
 * read why.
 */
class UnreadBodies {
    private static final Logger LOG = Logger.getLogger(UnreadBodies.class);

    @ServerResponseFilter
    void discard(HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        try {
            request.handler(bytes -> {});
            request.resume();
        } catch (IllegalStateException e) {
            LOG.debug("The last bytes came just now", e);
        }
    }
}

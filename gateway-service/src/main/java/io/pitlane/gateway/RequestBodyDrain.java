package io.pitlane.gateway;

import io.vertx.core.http.HttpServerRequest;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Discards the unread rest of a request's body when the response is ready. Otherwise a client whose
 * upload is refused early would block in sending the rest and never read the response.
 */
class RequestBodyDrain {
    private static final Logger LOG = Logger.getLogger(RequestBodyDrain.class);

    @ServerResponseFilter
    void discard(HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        try {
            request.handler(bytes -> {});
            request.resume();
        } catch (IllegalStateException e) {
            LOG.debug("The body has just ended", e);
        }
    }
}

package io.pitlane.gateway;

import io.pitlane.gateway.errors.ApiError;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Answers 503 until the topics are read: an earlier 404 would deny runs that exist. */
class NotReadyFilter {
    private final StateReplay replay;

    NotReadyFilter(StateReplay replay) {
        this.replay = replay;
    }

    @ServerRequestFilter
    Response refuse(ContainerRequestContext request) {
        if (replay.isCaughtUp()) {
            return null;
        }
        return Response.status(Status.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, 1)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(
                        new ApiError(
                                "The gateway is starting: it has not read all runs from Kafka yet.",
                                "Try again in a moment; if this lasts, check that the broker is"
                                        + " up."))
                .build();
    }
}

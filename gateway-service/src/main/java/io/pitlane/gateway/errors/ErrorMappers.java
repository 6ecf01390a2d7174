package io.pitlane.gateway.errors;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.InvalidPlanException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps exceptions to responses with an {@link ApiError}; stack traces go to the log only. */
class ErrorMappers {
    private static final Logger LOG = Logger.getLogger(ErrorMappers.class);

    @ServerExceptionMapper
    Response map(ApiException e) {
        var response = response(e.status(), new ApiError(e.getMessage(), e.action()));
        if (e.retryAfterSeconds() > 0) {
            response.getHeaders().putSingle(HttpHeaders.RETRY_AFTER, e.retryAfterSeconds());
        }
        return response;
    }

    @ServerExceptionMapper
    Response map(InvalidPlanException e) {
        var intro =
                e.problems().size() == 1
                        ? "The request was refused: "
                        : "The request was refused for " + e.problems().size() + " reasons: ";
        return response(
                Status.BAD_REQUEST,
                new ApiError(
                        intro + e.getMessage().replace("\n", "; "),
                        "Correct the fields named and submit again.",
                        e.problems()));
    }

    @ServerExceptionMapper
    Response map(FailureException e) {
        var status = status(e.kind());
        if (status == Status.INTERNAL_SERVER_ERROR) {
            LOG.error(e.getMessage(), e);
        }
        return response(status, new ApiError(e.getMessage(), e.action()));
    }

    @ServerExceptionMapper
    Response map(WebApplicationException e) {
        var status = e.getResponse().getStatusInfo();
        return response(
                status,
                new ApiError(
                        "The request was not understood: " + status.getReasonPhrase() + ".",
                        "Look up path, method and media type at /q/openapi."));
    }

    @ServerExceptionMapper
    Response map(Throwable e) {
        var reference = UUID.randomUUID().toString();
        LOG.errorf(e, "Request failed, reference %s", reference);
        return response(
                Status.INTERNAL_SERVER_ERROR,
                new ApiError(
                        "The gateway could not serve the request.",
                        "Look for the reference " + reference + " in the gateway's log."));
    }

    private static Status status(Failure.Kind kind) {
        return switch (kind) {
            case INVALID_INPUT -> Status.BAD_REQUEST;
            case ARTIFACT_EXPIRED -> Status.GONE;
            default -> Status.INTERNAL_SERVER_ERROR;
        };
    }

    private static Response response(Response.StatusType status, ApiError error) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(error).build();
    }
}

package io.pitlane.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.validation.Problems;
import java.net.URI;
import java.util.List;

/** The body of a response with an error status; every field may be null. */
record ErrorResponse(String message, String action, List<Problems.Problem> problems) {

    static RuntimeException toException(URI request, int status, String body) {
        var error = parse(body);
        if (error.problems() != null && !error.problems().isEmpty()) {
            return new InvalidPlanException(error.problems());
        }
        var message =
                error.message() == null
                        ? request + " answered with status " + status
                        : error.message();
        var action = error.action() == null ? defaultAction(status) : error.action();
        return new FailureException(kind(status), message, action);
    }

    private static ErrorResponse parse(String body) {
        try {
            var error = ContractJson.MAPPER.readValue(body, ErrorResponse.class);
            return error == null ? new ErrorResponse(null, null, null) : error;
        } catch (JsonProcessingException e) {
            return new ErrorResponse(null, null, null);
        }
    }

    private static Failure.Kind kind(int status) {
        return status >= 400 && status < 500 ? Failure.Kind.INVALID_INPUT : Failure.Kind.INTERNAL;
    }

    private static String defaultAction(int status) {
        return switch (status) {
            case 401, 403 ->
                    "Set PITLANE_API_KEY to a key of this server, or PITLANE_TOKEN to a token of its"
                            + " OpenID Connect provider.";
            case 404 ->
                    "Check the run and the label; 'pitlane runs' lists the runs of this server.";
            default -> "Check that the server is a Pitlane gateway, and read its log.";
        };
    }
}

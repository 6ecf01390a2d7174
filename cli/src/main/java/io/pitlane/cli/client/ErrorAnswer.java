package io.pitlane.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.InvalidPlanException;
import io.pitlane.contract.Problems;
import java.net.URI;
import java.util.List;

/** What the gateway says when it refuses a request. */
record ErrorAnswer(String message, String action, List<Problems.Problem> problems) {

    static RuntimeException toException(URI request, int status, String body) {
        var answer = parse(body);
        if (answer.problems() != null && !answer.problems().isEmpty()) {
            return new InvalidPlanException(answer.problems());
        }
        var message =
                answer.message() == null
                        ? request + " answered with status " + status
                        : answer.message();
        var action = answer.action() == null ? defaultAction(status) : answer.action();
        return new FailureException(kind(status), message, action);
    }

    private static ErrorAnswer parse(String body) {
        try {
            var answer = ContractJson.MAPPER.readValue(body, ErrorAnswer.class);
            return answer == null ? new ErrorAnswer(null, null, null) : answer;
        } catch (JsonProcessingException e) {
            return new ErrorAnswer(null, null, null);
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
            default -> "Check that the server is a Pitlane gateway, and its log.";
        };
    }
}

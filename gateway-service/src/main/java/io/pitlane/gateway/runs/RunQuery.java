package io.pitlane.gateway.runs;

import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.validation.NearestName;
import io.pitlane.gateway.errors.ApiException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Which runs to list; a filter that is null applies to every run.
 *
 * @param plan name of the plan
 * @param model path of the model as in the plan
 * @param status the status
 * @param before id of a run: only those after it in the order of the list; null for the first page
 * @param limit how many at most, from 1 on
 */
public record RunQuery(String plan, String model, Status status, String before, int limit) {

    /** The status that a request names in any case, as {@code running}; null for null or blank. */
    public static Status status(String name) {
        if (name == null || name.isBlank()) {
            return null;
        }
        return Stream.of(Status.values())
                .filter(status -> status.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private static ApiException unknown(String name) {
        List<String> known =
                Stream.of(Status.values()).map(s -> s.name().toLowerCase(Locale.ROOT)).toList();
        return new ApiException(
                Response.Status.BAD_REQUEST,
                "There is no status '" + name + "'; known: " + String.join(", ", known) + ".",
                NearestName.advice(name, known));
    }

    boolean matches(RunState run) {
        return (plan == null || plan.equals(run.plan().name()))
                && (model == null || model.equals(run.plan().model()))
                && (status == null || status == run.status());
    }
}

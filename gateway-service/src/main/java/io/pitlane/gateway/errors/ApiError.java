package io.pitlane.gateway.errors;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.validation.Problems;
import java.util.List;

/**
 * The body of every error response.
 *
 * @param message what was wrong and where, in one sentence
 * @param action what to do about it
 * @param problems every wrong field of a plan; absent for other errors
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiError(String message, String action, List<Problems.Problem> problems) {

    public ApiError(String message, String action) {
        this(message, action, null);
    }
}

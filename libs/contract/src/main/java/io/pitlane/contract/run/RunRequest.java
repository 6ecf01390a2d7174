package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A request to the gateway to start a run.
 *
 * @param plan the plan as YAML or JSON; its data paths are relative to the data artifact
 * @param model digest of the uploaded model
 * @param data digest of the uploaded data
 * @param cache in place of the plan's own {@code cache}; null for that of the plan
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunRequest(String plan, String model, String data, Boolean cache) {

    /** A request for a plan as it is. */
    public RunRequest(String plan, String model, String data) {
        this(plan, model, data, null);
    }
}

package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Starts the plan that is registered for a model with a new version of that model. A CloudEvent of
 * type {@value #TYPE}; its source and id determine the run id, so that a redelivered event does not
 * start a second run.
 *
 * @param model name that the plan is registered under
 * @param artifact digest of the uploaded model, 64 lower-case hex digits
 * @param data digest of uploaded data in place of the registered ones; null for the registered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Trigger(String model, String artifact, String data) {
    /** The CloudEvents type of a trigger. */
    public static final String TYPE = "io.pitlane.trigger.v1";
}

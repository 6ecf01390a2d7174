package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Asks for a run of the plan that is registered for a model, on a new version of that model. It
 * travels as a CloudEvent of type {@value #TYPE}, whose source and id together name the run: the
 * same event delivered twice starts one run.
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

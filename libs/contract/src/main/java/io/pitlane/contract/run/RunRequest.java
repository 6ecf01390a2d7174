package io.pitlane.contract.run;

/**
 * A request to the gateway to start a run.
 *
 * @param plan the plan as YAML or JSON; its data paths are relative to the data artifact
 * @param model digest of the uploaded model
 * @param data digest of the uploaded data
 */
public record RunRequest(String plan, String model, String data) {}

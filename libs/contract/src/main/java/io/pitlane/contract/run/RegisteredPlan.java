package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.plan.Plan;
import java.time.Instant;

/**
 * The plan that a trigger starts for every new version of a model.
 *
 * @param model name of the model, 1 to 64 letters, digits, dots, dashes and underscores
 * @param plan the plan; its data paths are relative to the data artifact
 * @param data digest of the uploaded data that triggers without data of their own use; null when
 *     each trigger must bring its own
 * @param registeredAt when the plan was registered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegisteredPlan(String model, Plan plan, String data, Instant registeredAt) {}

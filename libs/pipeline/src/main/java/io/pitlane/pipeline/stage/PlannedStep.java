package io.pitlane.pipeline.stage;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.Step;
import java.nio.file.Path;

/**
 * A step of a plan that is not sent yet.
 *
 * @param plan the whole plan
 * @param index of the step in the plan, from 0
 * @param original folder of the SavedModel that comes in
 * @param folder what the paths of the plan's data, and of the models named in its steps, are
 *     relative to
 */
public record PlannedStep(Plan plan, int index, Path original, Path folder) {

    /** The options of the step. */
    public <S extends Step> S options(Class<S> type) {
        return type.cast(plan.steps().get(index));
    }

    /** Where the step stands in the plan, for messages: {@code steps[0].distill}. */
    public String field() {
        return "steps[%d].%s".formatted(index, plan.steps().get(index).stage().label());
    }
}

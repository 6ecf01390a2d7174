package io.pitlane.cli.plan;

import io.pitlane.contract.plan.Plan;
import java.nio.file.Path;

/** Checks a model and data before anything is started or uploaded for them. */
@FunctionalInterface
public interface InputCheck {

    /**
     * Checks the inputs of a plan.
     *
     * @param model folder of the SavedModel
     * @param dataRoot folder that relative paths in the plan are relative to
     * @throws io.pitlane.contract.failure.FailureException when the model or the data are wrong
     */
    void check(Plan plan, Path model, Path dataRoot);
}

package io.pitlane.cli.plan;

import io.pitlane.cli.model.ImportOptions;
import io.pitlane.cli.model.PackedModel;
import io.pitlane.cli.model.TempFolder;
import java.nio.file.Path;

/**
 * A plan whose models are folders.
 *
 * @param file the plan, with the paths of the folders in its steps
 * @param model folder of the SavedModel that comes in
 */
public record UnpackedPlan(PlanFile file, Path model) {

    /**
     * Unpacks and converts the models of a plan.
     *
     * @param temp where they are written
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when one cannot be read
     */
    public static UnpackedPlan of(PlanFile file, TempFolder temp) {
        var plan = file.plan();
        var model = PackedModel.unpackedFolder(file.model(), ImportOptions.ofModel(plan), temp);
        var ofSteps = ImportOptions.ofSteps(plan);
        return new UnpackedPlan(
                file.withModels(path -> PackedModel.unpackedFolder(path, ofSteps, temp)), model);
    }

    /**
     * Checks that the plan, its models and its data fit together.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when they do not
     */
    public void check(InputCheck check) {
        check.check(file.plan(), model, file.folder());
    }
}

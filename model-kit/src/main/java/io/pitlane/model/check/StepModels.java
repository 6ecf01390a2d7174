package io.pitlane.model.check;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.DistillStep;
import io.pitlane.contract.Plan;
import io.pitlane.contract.StageName;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.ResidualBlocks;
import io.pitlane.model.savedmodel.SavedModelReader;
import java.nio.file.Path;

/**
 * Checks what a step asks of its models and its data.
 *
 * @param plan the plan
 * @param root what paths of models in steps are relative to
 */
record StepModels(Plan plan, Path root) {

    /**
     * Checks every step.
     *
     * @param original the model that comes in
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when a model named in a step
     *     cannot be read or does not fit the original, or labels are missing that a step needs
     */
    void check(FlatGraph original, ImageSet train) {
        for (int i = 0; i < plan.steps().size(); i++) {
            var step = plan.steps().get(i);
            var at = "steps[%d].%s.".formatted(i, step.stage().label());
            step.models()
                    .forEach(
                            (field, path) ->
                                    StandIn.of(
                                            SavedModelReader.read(root.resolve(path)),
                                            original,
                                            "The model in " + at + field));
            if (step instanceof DistillStep distill && distill.ablation()) {
                requireLabels(train, at + "ablation");
            }
            if (step instanceof DistillStep distill && dropsBlocks(distill) && !isReplaced(i)) {
                requireBlocks(original, at + "student.depth");
            }
        }
    }

    private static boolean dropsBlocks(DistillStep step) {
        return step.student() != null && step.student().depth() != null;
    }

    /** Whether the model of an earlier step has nothing of the original's layers. */
    private boolean isReplaced(int step) {
        return plan.steps().subList(0, step).stream()
                .anyMatch(
                        earlier ->
                                earlier.stage() == StageName.NAS
                                        || earlier.models().containsKey("student.model"));
    }

    private static void requireBlocks(FlatGraph original, String field) {
        if (ResidualBlocks.of(original).isEmpty()) {
            throw invalidInput(
                    field + ": the model has no residual block that can be dropped.",
                    "Use student.width, or name a smaller model in student.model.");
        }
    }

    private static void requireLabels(ImageSet train, String field) {
        if (train.annotations().isEmpty()) {
            throw invalidInput(
                    field
                            + " trains the student without its teacher, from labels, and the training images have none.",
                    "Name the labels in data.train, or set ablation to false.");
        }
    }
}

package io.pitlane.distill;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.operation.ResidualBlocks;
import io.pitlane.graph.pass.SignatureAdapter;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.PlannedStep;

/** What a distill step asks of its models and its training images. */
record DistillStepCheck(PlannedStep step, DistillStep options) {

    DistillStepCheck(PlannedStep step) {
        this(step, step.options(DistillStep.class));
    }

    /**
     * Checks the step.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when a model named in it
     *     cannot be read or does not fit the original, there is no residual block to drop, or
     *     labels are missing
     */
    void run() {
        boolean dropsBlocks = options.student() != null && options.student().depth() != null;
        if (!options.models().isEmpty() || dropsBlocks) {
            var original = SavedModelReader.read(step.original(), step.plan().signature());
            options.models()
                    .forEach(
                            (field, path) ->
                                    SignatureAdapter.of(
                                            SavedModelReader.read(step.folder().resolve(path)),
                                            original,
                                            "The model in " + at(field)));
            if (dropsBlocks && !isReplacedBefore() && ResidualBlocks.of(original).isEmpty()) {
                throw invalidInput(
                        at("student.depth")
                                + ": the model has no residual block that can be dropped.",
                        "Use student.width, or name a smaller model in student.model.");
            }
        }
        if (options.ablation()) {
            requireLabels();
        }
    }

    private String at(String field) {
        return step.field() + "." + field;
    }

    /** Whether the model of an earlier step has nothing of the original's layers. */
    private boolean isReplacedBefore() {
        return step.plan().steps().subList(0, step.index()).stream()
                .anyMatch(
                        earlier ->
                                earlier.stage() == StageName.NAS
                                        || earlier.models().containsKey("student.model"));
    }

    private void requireLabels() {
        var train = ImageSources.open(step.plan().data().train(), step.folder());
        if (train.annotations().isEmpty()) {
            throw invalidInput(
                    at("ablation")
                            + " trains the student without its teacher, from labels, and the training images have none.",
                    "Name the labels in data.train, or set ablation to false.");
        }
    }
}

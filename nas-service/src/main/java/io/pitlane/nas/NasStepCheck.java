package io.pitlane.nas;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.step.NasStep;
import io.pitlane.data.source.ImageSources;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.PlannedStep;
import io.pitlane.training.ValidationSplit;
import org.tensorflow.proto.DataType;

/** Checks that a search can replace the model and has enough training images. */
record NasStepCheck(PlannedStep step) {

    /**
     * Checks the step.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the model gives no
     *     class scores, or there are too few training images for a validation split
     */
    void run() {
        requireScores();
        requireValidationImages();
    }

    private void requireScores() {
        var plan = step.plan();
        var model = SavedModelReader.read(step.original(), plan.signature());
        if (ScoredOutput.of(model.signature(), plan.task(), plan.output())
                .filter(port -> port.dtype() == DataType.DT_FLOAT)
                .isEmpty()) {
            throw invalidInput(
                    step.field()
                            + ": the model gives no float32 class scores, which a search needs.",
                    "Name such an output in output, or leave the step out.");
        }
    }

    private void requireValidationImages() {
        var plan = step.plan();
        var train = ImageSources.open(plan.data().train(), step.folder());
        double share = step.options(NasStep.class).trial().validation();
        if (ValidationSplit.of(train, plan.seed(), share).validation().length == 0) {
            throw invalidInput(
                    "%s: %d training images are too few for a validation split."
                            .formatted(step.field(), train.size()),
                    "Name at least 200 training images, or leave the step out.");
        }
    }
}

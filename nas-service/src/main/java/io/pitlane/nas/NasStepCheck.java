package io.pitlane.nas;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.step.NasStep;
import io.pitlane.data.source.ImageSources;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.PlannedStep;
import io.pitlane.training.ValidationSplit;
import org.tensorflow.proto.DataType;

/** What a search asks of the model that it replaces, and of its training images. */
record NasStepCheck(PlannedStep step) {

    /**
     * Checks the step.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the model gives no
     *     class scores, or there are too few training images to set any aside
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
                    "%s: %d training images are too few to set any aside for comparing networks."
                            .formatted(step.field(), train.size()),
                    "Name at least 200 training images, or leave the step out.");
        }
    }
}

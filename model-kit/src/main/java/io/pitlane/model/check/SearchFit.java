package io.pitlane.model.check;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.NasStep;
import io.pitlane.contract.Plan;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.eval.ScoredOutput;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.train.Holdout;
import org.tensorflow.proto.DataType;

/** Whether architectures can be searched for that stand in for a model. */
final class SearchFit {
    private final Plan plan;

    SearchFit(Plan plan) {
        this.plan = plan;
    }

    /**
     * Checks every nas step of the plan.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when the model gives no class
     *     scores or there are too few training images to set any aside
     */
    void check(FlatGraph model, ImageSet train) {
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i) instanceof NasStep step) {
                check("steps[" + i + "].nas", step, model, train);
            }
        }
    }

    private void check(String at, NasStep step, FlatGraph model, ImageSet train) {
        boolean scores =
                ScoredOutput.of(model.signature(), plan.task(), plan.output())
                        .filter(port -> port.dtype() == DataType.DT_FLOAT)
                        .isPresent();
        if (!scores) {
            throw invalidInput(
                    at + ": the model gives no float32 class scores, which a search needs.",
                    "Name such an output in output, or leave the step out.");
        }
        if (Holdout.of(train, plan.seed(), step.trial().validation()).validation().length == 0) {
            throw invalidInput(
                    "%s: %d training images are too few to set any aside for comparing networks."
                            .formatted(at, train.size()),
                    "Name at least 200 training images, or leave the step out.");
        }
    }
}

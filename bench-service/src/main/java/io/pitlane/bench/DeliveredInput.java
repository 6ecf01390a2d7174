package io.pitlane.bench;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.InputType;
import io.pitlane.data.preprocessing.PixelInput;
import io.pitlane.graph.FlatGraph;
import io.pitlane.pipeline.stage.StageTask;

/**
 * What the candidate takes where it is delivered: preprocessed images, or pixels, if the plan's
 * last quantize step says so.
 */
record DeliveredInput(InputSpec preprocessing, boolean takesPixels) {

    /** That of a task's candidate. */
    static DeliveredInput of(StageTask task) {
        return new DeliveredInput(task.plan().input(), takesPixels(task.plan()));
    }

    private static boolean takesPixels(Plan plan) {
        return plan.steps().stream()
                .filter(QuantizeStep.class::isInstance)
                .map(step -> ((QuantizeStep) step).inputType() == InputType.UINT8)
                .reduce(false, (earlier, last) -> last);
    }

    /** The candidate as it is delivered. */
    FlatGraph applied(FlatGraph candidate) {
        return takesPixels ? PixelInput.of(candidate, preprocessing) : candidate;
    }

    /** What callers of a delivered model do with images. */
    InputSpec remaining() {
        return takesPixels
                ? preprocessing.toBuilder().scale(1).mean(null).std(null).build()
                : preprocessing;
    }
}

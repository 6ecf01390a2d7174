package io.pitlane.bench;

import io.pitlane.bench.machine.PeakMemory;
import io.pitlane.contract.FailureException;
import io.pitlane.model.eval.DjlModel;
import io.pitlane.model.eval.Evaluation;
import io.pitlane.pipeline.stage.StageTask;
import java.util.function.DoubleConsumer;

/** Has each model, alone in memory, answer the whole test set. */
final class Examination {
    private final TestData data;
    private final PeakMemory memory;

    Examination(TestData data, PeakMemory memory) {
        this.data = data;
        this.memory = memory;
    }

    /**
     * Loads DJL's engine and runs a model once, so that the first model examined does not look
     * lighter than the later ones, which find the libraries in memory.
     */
    void settle(StageTask.LocalModel any) {
        try (var model = DjlModel.load(any.savedModel())) {
            int size = data.inputOf(model).fixedBatch().orElse(1);
            data.batches(model, size).forEach(model::predict);
        }
    }

    /**
     * Examines one model.
     *
     * @throws FailureException INVALID_INPUT naming the model whose outputs are not finite
     */
    Answers of(StageTask.LocalModel examinee, DoubleConsumer progress) {
        boolean watched = memory.restart();
        try (var model = DjlModel.load(examinee.savedModel())) {
            var evaluation = Evaluation.of(model, data.images(), data.inputOf(model), progress);
            requireFinite(examinee.label(), evaluation.scores());
            return new Answers(evaluation, watched ? memory.bytes() : PeakMemory.UNKNOWN);
        }
    }

    private static void requireFinite(String label, float[][] scores) {
        for (int image = 0; image < scores.length; image++) {
            for (float score : scores[image]) {
                if (!Float.isFinite(score)) {
                    throw notFinite(label, image, score);
                }
            }
        }
    }

    private static FailureException notFinite(String label, int image, float score) {
        return FailureException.invalidInput(
                "The model '%s' answers test image %d with %s".formatted(label, image, score),
                label.equals("original")
                        ? "Check that input in the plan is what the model was trained with, and"
                                + " that its weights are finite."
                        : "Give the step that made it a lower learning rate or a lower ratio.");
    }
}

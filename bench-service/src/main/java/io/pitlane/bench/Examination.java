package io.pitlane.bench;

import io.pitlane.contract.FailureException;
import io.pitlane.model.eval.DjlModel;
import io.pitlane.model.eval.Evaluation;
import io.pitlane.model.eval.Evaluator;
import io.pitlane.model.eval.NotFiniteException;
import io.pitlane.model.eval.RecordedAnswers;
import io.pitlane.model.eval.Scoring;
import io.pitlane.pipeline.stage.StageTask;
import java.util.function.DoubleConsumer;

/**
 * Has each model, alone in memory, answer the whole test set, the original first: its answers are
 * kept on disk for the others to be held against.
 */
final class Examination implements AutoCloseable {
    private final TestData data;
    private final ModelLoader loader;
    private final Evaluator evaluator;
    private final RecordedAnswers answers;
    private final PeakMemory memory;

    /**
     * An examination.
     *
     * @param answers room for the original's answers, which is closed with this
     */
    Examination(
            TestData data,
            ModelLoader loader,
            Scoring scoring,
            RecordedAnswers answers,
            PeakMemory memory) {
        this.data = data;
        this.loader = loader;
        this.evaluator = new Evaluator(scoring, data.images(), data.input());
        this.answers = answers;
        this.memory = memory;
    }

    /** One way to run a model over the test set. */
    private interface Run {
        Evaluation of(DjlModel model);
    }

    /**
     * Loads DJL's engine and runs a model once, so that the first model examined does not look
     * lighter than the later ones, which find the libraries in memory.
     */
    void settle(StageTask.LocalModel any) {
        try (var model = loader.load(any.savedModel())) {
            int size = data.inputOf(model).fixedBatch().orElse(1);
            data.batches(model, size).forEach(model::predict);
        }
    }

    /**
     * Examines the original.
     *
     * @throws FailureException INVALID_INPUT when its outputs are not finite
     */
    Answers original(StageTask.LocalModel original, DoubleConsumer progress) {
        return examine(original, model -> evaluator.record(model, answers, progress));
    }

    /**
     * Examines another model.
     *
     * @throws FailureException INVALID_INPUT naming the model whose outputs are not finite
     */
    Answers other(StageTask.LocalModel other, DoubleConsumer progress) {
        return examine(other, model -> evaluator.compare(model, answers, progress));
    }

    private Answers examine(StageTask.LocalModel examinee, Run run) {
        boolean watched = memory.restart();
        try (var model = loader.load(examinee.savedModel())) {
            var evaluation = run.of(model);
            return new Answers(
                    evaluation, answers.every(), watched ? memory.bytes() : PeakMemory.UNKNOWN);
        } catch (NotFiniteException e) {
            throw notFinite(examinee.label(), e);
        }
    }

    private static FailureException notFinite(String label, NotFiniteException found) {
        return FailureException.invalidInput(
                "The model '%s' answers test image %d with %s"
                        .formatted(label, found.image(), found.value()),
                label.equals("original")
                        ? "Check that input in the plan is what the model was trained with, and"
                                + " that its weights are finite."
                        : "Give the step that made it a lower learning rate or a lower ratio.");
    }

    @Override
    public void close() {
        answers.close();
    }
}

package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.ConfidenceInterval;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.contract.report.Report;
import io.pitlane.engines.EngineModel;
import io.pitlane.evaluation.Evaluation;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.evaluation.NotFiniteException;
import io.pitlane.evaluation.PairwiseAgreement;
import io.pitlane.evaluation.RecordedPredictions;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.evaluation.significance.PairedDifference;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * Evaluates each model, loaded alone, on the whole test set. The original comes first: its outputs
 * are kept on disk, and the other models' fidelity is computed against them. The classes of the
 * candidate are also compared between its formats.
 */
final class AccuracyEvaluation implements AutoCloseable {
    private final TestData data;
    private final ModelLoader loader;
    private final Evaluator evaluator;
    private final String candidate;
    private final RecordedPredictions originalOutputs;
    private final PairwiseAgreement formats;
    private final PeakMemory memory = new PeakMemory();

    /** An evaluation of the models of a task, which keeps its files below the task's output. */
    AccuracyEvaluation(StageTask task, TestData data, ModelLoader loader, Scoring scoring) {
        int images = data.images().size();
        this.data = data;
        this.loader = loader;
        this.evaluator = new Evaluator(scoring, data.images(), data.input());
        this.candidate = task.current().label();
        this.originalOutputs = RecordedPredictions.in(task.output(), images);
        this.formats = new PairwiseAgreement(task.output(), images);
    }

    /**
     * The results of one model on the test set.
     *
     * @param evaluation accuracy, and fidelity to the original
     * @param fidelityStride fidelity is computed on every k-th image; 1 for all
     * @param peakMemoryBytes peak resident memory of this process meanwhile; -1 when unknown
     */
    record Result(Evaluation evaluation, int fidelityStride, long peakMemoryBytes) {

        /** Accuracy; null without labels. */
        Accuracy accuracy() {
            return evaluation.accuracy().orElse(null);
        }

        /**
         * The difference from another model on the same images; empty without labels.
         *
         * @param seed of the resampling of images
         */
        Optional<PairedDifference> differenceFrom(Result original, long seed) {
            return original.evaluation
                    .imageResults()
                    .flatMap(
                            before ->
                                    evaluation
                                            .imageResults()
                                            .map(
                                                    after ->
                                                            new PairedDifference(
                                                                    before, after, seed)));
        }

        /**
         * The confidence interval of the agreement with the original; empty where the models choose
         * no class, or images are too few.
         *
         * @param seed of the resampling of images
         */
        Optional<ConfidenceInterval> agreementInterval(long seed) {
            return evaluation.agreement().interval(seed);
        }

        /** Closeness of the outputs to the original's. */
        Report.Fidelity fidelity() {
            return evaluation.fidelity();
        }
    }

    /** Evaluates a loaded model. */
    private interface Pass {
        Evaluation over(EngineModel model, Evaluator evaluator);
    }

    /**
     * Loads TensorFlow and runs a model once. Otherwise the libraries would count as memory of the
     * first model only.
     */
    void warmUp(StageTask.LocalModel any) {
        try (var model = loader.load(onTensorFlow(any))) {
            int size = data.inputOf(model).fixedBatch().orElse(1);
            data.batches(model, size).forEach(model::predict);
        }
    }

    /**
     * Evaluates the original and records its outputs.
     *
     * @throws FailureException INVALID_INPUT when its outputs are not finite
     */
    Result original(StageTask.LocalModel original, DoubleConsumer progress) {
        return evaluate(
                onTensorFlow(original),
                (model, with) -> with.record(model, originalOutputs, progress));
    }

    /**
     * Evaluates a model that a step made, and compares it with the recorded outputs.
     *
     * @throws FailureException INVALID_INPUT naming the model whose outputs are not finite
     */
    Result compressed(StageTask.LocalModel compressed, DoubleConsumer progress) {
        return exported(onTensorFlow(compressed), progress);
    }

    /**
     * Evaluates a model on its engine, and compares it with the recorded outputs.
     *
     * @throws FailureException INVALID_INPUT naming the model whose outputs are not finite
     */
    Result exported(ModelOnEngine exported, DoubleConsumer progress) {
        return evaluate(exported, (model, with) -> with.compare(model, originalOutputs, progress));
    }

    private static ModelOnEngine onTensorFlow(StageTask.LocalModel model) {
        return ModelOnEngine.tensorFlow(model.label(), model.savedModel());
    }

    private Result evaluate(ModelOnEngine evaluated, Pass pass) {
        boolean measurable = memory.restart();
        try (var model = loader.load(evaluated)) {
            var evaluation = evaluate(evaluated, model, pass);
            return new Result(
                    evaluation,
                    originalOutputs.every(),
                    measurable ? memory.bytes() : PeakMemory.UNKNOWN);
        } catch (NotFiniteException e) {
            throw notFinite(evaluated.label(), e);
        }
    }

    private Evaluation evaluate(ModelOnEngine evaluated, EngineModel model, Pass pass) {
        if (!evaluated.label().equals(candidate)) {
            return pass.over(model, evaluator);
        }
        try (var format = formats.start(ModelFormat.of(evaluated.engine()))) {
            return pass.over(model, evaluator.comparing(format));
        }
    }

    private static FailureException notFinite(String label, NotFiniteException found) {
        return FailureException.invalidInput(
                "The output of model '%s' for test image %d is %s"
                        .formatted(label, found.image(), found.value()),
                label.equals("original")
                        ? "Check that input in the plan matches the training of the model, and that"
                                + " its weights are finite."
                        : "Lower the learning rate or the ratio of the step that made it.");
    }

    /** How often the formats of the candidate that were evaluated choose the same class. */
    List<EngineAgreement> engineAgreement() {
        return formats.pairs();
    }

    @Override
    public void close() {
        originalOutputs.close();
        formats.close();
    }
}

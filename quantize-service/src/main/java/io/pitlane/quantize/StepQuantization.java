package io.pitlane.quantize;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.analysis.AffordableImages;
import io.pitlane.analysis.ErrorMemory;
import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.QualityLimit;
import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.Sensitivity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.InputType;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.engines.LoadOptions;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.pipeline.cache.FindingCache;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.quantize.PostTrainingInt8.QuantizedModel;
import io.pitlane.training.checkpoint.FileCheckpoints;
import java.util.ArrayList;
import java.util.List;

/**
 * Quantizes a model as a step says: once, within a budget, or by the {@link Ladder} until a limit
 * is kept.
 */
final class StepQuantization {
    /**
     * The share of the calibration before a training or a sensitivity analysis, which takes several
     * times a calibration.
     */
    private static final double CALIBRATED = 0.2;

    /** Images for the distributions of values, of which each has very many. */
    private static final int DISTRIBUTION_SAMPLES = 16;

    /** Of the ladder, for large models. */
    private static final int FEWEST_VALIDATION_IMAGES = 256;

    private static final int TRAINING_MINUTES = 10;

    /** Forward and backward, where fake quantization costs as much as the layers. */
    private static final int TRAINING_PASSES = 6;

    private final StageTask task;
    private final FlatGraph graph;
    private final TrainingImages images;
    private final FileCheckpoints checkpoints;
    private final ProgressListener progress;

    /**
     * A quantization of the current model of a task.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when images are not usable
     */
    StepQuantization(StageTask task, FlatGraph graph, ProgressListener progress) {
        this.task = task;
        this.graph = graph;
        this.images = new TrainingImages(task.plan(), task.data(), graph);
        this.checkpoints = new FileCheckpoints(task.checkpoints(), task.checkpointInterval());
        this.progress = progress;
    }

    /**
     * The quantized model, and what was found on the way.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where an option does not
     *     fit model or images
     */
    Ladder.Result quantize(QuantizeStep step) {
        if (step.inputType() == InputType.UINT8 && !(images.all().sample(0) instanceof Image)) {
            throw invalidInput(
                    "quantize.inputType is uint8, but the training data are arrays of floats.",
                    "Leave inputType out: a model of arrays takes float32.");
        }
        if (step.scheme() == Scheme.ENTROPY) {
            return new EntropyQuantization(task, graph, images, checkpoints, progress)
                    .quantize(step);
        }
        var limit = QualityLimit.of(step);
        if (limit.isPresent()) {
            return climb(step, limit.get());
        }
        return step.budget() == null ? once(step) : withinBudget(step);
    }

    private Ladder.Result once(QuantizeStep step) {
        boolean analyses = step.sensitivity() != null;
        var model = quantized(step, progress.part(0, analyses ? CALIBRATED : 1));
        var findings = new ArrayList<>(model.findings());
        if (analyses && model.isQuantized()) {
            findings.add(sensitivity(step, model, progress.part(CALIBRATED, 1)));
        }
        return new Ladder.Result(model, findings);
    }

    private Ladder.Result withinBudget(QuantizeStep step) {
        var plain = quantized(step, progress.part(0, CALIBRATED));
        if (!plain.isQuantized()) {
            return new Ladder.Result(plain, plain.findings());
        }
        var sensitivity = sensitivity(step, plain, progress.part(CALIBRATED, 1 - CALIBRATED));
        var model =
                step.budget().latencyMillis() == null
                        ? withFloat(step, plain, floatLayers(step, plain, sensitivity))
                        : withinLatency(step, plain, sensitivity);
        var findings = new ArrayList<>(model.findings());
        findings.add(sensitivity);
        return new Ladder.Result(model, findings);
    }

    private List<String> floatLayers(
            QuantizeStep step, QuantizedModel plain, LayerSensitivity sensitivity) {
        long parameters = Footprint.of(plain.floats()).parameters();
        return new MixedPrecision(sensitivity).floatLayers(step.budget(), parameters);
    }

    private QuantizedModel withinLatency(
            QuantizeStep step, QuantizedModel plain, LayerSensitivity sensitivity) {
        var plan = task.plan();
        var timer =
                new EngineTimer(
                        step.budget().engine(),
                        new LoadOptions(plan.signature(), plan.input(), 1),
                        images.first(),
                        task.output());
        var budget = new LatencyBudget(step.budget(), timer);
        var choice =
                budget.choose(
                        plain.graph(),
                        sensitivity,
                        progress.part(1 - CALIBRATED, 1 - CALIBRATED / 2));
        var model = withFloat(step, plain, choice.layers());
        return model.with(budget.note(choice, model.graph()));
    }

    private QuantizedModel withFloat(QuantizeStep step, QuantizedModel plain, List<String> layers) {
        return layers.isEmpty()
                ? plain
                : quantized(Ladder.withFloat(step, layers), progress.part(1 - CALIBRATED / 2, 1));
    }

    private Ladder.Result climb(QuantizeStep step, QualityLimit limit) {
        try (var validation =
                ModelComparison.with(graph, task.plan(), validation(), task.output())) {
            var ladder =
                    new Ladder(
                            limit,
                            LadderRungs.of(step.scheme()),
                            rung -> quantized(rung, ProgressListener.NONE),
                            validation,
                            (made, model) ->
                                    sensitivity(
                                            made.toBuilder()
                                                    .sensitivity(step.sensitivity())
                                                    .build(),
                                            model,
                                            ProgressListener.NONE),
                            epochs(),
                            new ErrorMemory(checkpoints, "ladder"),
                            progress);
            var result = ladder.climb(step);
            return step.sensitivity() == null ? result : withSensitivity(step, result);
        }
    }

    /** What each rung is compared on, in a minute or so. */
    private ImageSet validation() {
        int all = images.validation().size();
        return images.validation(affordable().count(1, FEWEST_VALIDATION_IMAGES, all));
    }

    /** As many as take minutes, between one and the default. */
    private int epochs() {
        int most = Training.DEFAULT.epochs();
        long seen = (long) TRAINING_MINUTES * affordable().count(TRAINING_PASSES, 1, 1 << 24);
        return (int) Math.max(1, Math.min(most, seen / images.forFitting()));
    }

    private AffordableImages affordable() {
        return AffordableImages.of(graph, images.shape());
    }

    private Ladder.Result withSensitivity(QuantizeStep step, Ladder.Result result) {
        boolean isMeasured =
                result.findings().stream().anyMatch(LayerSensitivity.class::isInstance);
        if (isMeasured || !result.model().isQuantized()) {
            return result;
        }
        var findings = new ArrayList<Finding>(result.findings());
        findings.add(sensitivity(step, result.model(), progress));
        return new Ladder.Result(result.model(), List.copyOf(findings));
    }

    private QuantizedModel quantized(QuantizeStep step, ProgressListener listener) {
        double corrected = step.training() == null ? 1 : CALIBRATED;
        boolean corrects = !step.corrections().equals(Corrections.NONE);
        double calibrated = corrects ? CALIBRATED * corrected : corrected;
        var batches =
                images.batches(
                        step.calibration().samples(),
                        share -> listener.at(share * calibrated, "calibrating"));
        var model =
                new PostTrainingInt8(
                                step,
                                task.plan().input(),
                                task.plan().seed(),
                                task.output(),
                                listener.part(calibrated, corrected))
                        .quantize(graph, batches);
        return step.training() == null
                ? model
                : new QuantizationAwareTraining(task.plan(), images.all(), checkpoints)
                        .train(model, graph, step.training(), listener.part(corrected, 1)::at);
    }

    /**
     * The sensitivity of the layers of a model, with the weights that its float graph has: those
     * before a training.
     *
     * @param step that made the model
     */
    private LayerSensitivity sensitivity(
            QuantizeStep step, QuantizedModel model, ProgressListener listener) {
        var calibrated =
                step.training() == null
                        ? model
                        : quantized(step.toBuilder().training(null).build(), ProgressListener.NONE);
        var options = step.sensitivity() == null ? Sensitivity.DEFAULT : step.sensitivity();
        int samples = SensitivityAnalysis.samples(options, calibrated, images.shape());
        var analysis =
                new SensitivityAnalysis(
                        task.plan(), images.sample(samples), checkpoints, task.output());
        return new SensitivitySource(task, FindingCache.ofProcess())
                .of(
                        calibrated,
                        samples,
                        () ->
                                analysis.measure(
                                        calibrated,
                                        images.batches(DISTRIBUTION_SAMPLES, done -> {}),
                                        listener));
    }
}

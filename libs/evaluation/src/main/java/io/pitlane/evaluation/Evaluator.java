package io.pitlane.evaluation;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Resize;
import io.pitlane.contract.data.Task;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.evaluation.scoring.Scorer;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ImageModel;
import io.pitlane.graph.runtime.Outputs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/**
 * Runs models on a set of images and scores their predictions. Memory holds the predictions for one
 * batch at a time.
 *
 * <pre>{@code
 * var evaluator = new Evaluator(Scoring.of(graph, task, null, input), images, input);
 * try (var predictions = RecordedPredictions.in(folder, images.size())) {
 *     var original = evaluator.record(originalModel, predictions, progress);
 *     var candidate = evaluator.compare(candidateModel, predictions, progress);
 * }
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Evaluator {
    private static final int MAX_BATCH = 32;
    private static final int MAX_VALUES = 1 << 21;

    private final Scoring scoring;
    private final ImageSet images;
    private final InputSpec input;
    private final PredictionListener listener;

    /**
     * Creates an evaluator.
     *
     * @param scoring how the models are scored
     * @param images the images, with or without annotations
     * @param input preprocessing of the images
     */
    public Evaluator(Scoring scoring, ImageSet images, InputSpec input) {
        this(scoring, images, input, (image, prediction) -> {});
    }

    private Evaluator(
            Scoring scoring, ImageSet images, InputSpec input, PredictionListener listener) {
        this.scoring = scoring;
        this.images = images;
        this.input = input;
        this.listener = listener;
    }

    /** The same evaluator, for one evaluation, whose predictions are also passed to this. */
    public Evaluator comparing(PairwiseAgreement.Pass pass) {
        return new Evaluator(scoring, images, input, pass);
    }

    /**
     * Evaluates a SavedModel by the output that fits the task best.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it cannot be loaded,
     *     or images or labels do not fit it
     */
    public static Evaluation evaluate(Path model, Task task, ImageSet images, InputSpec input) {
        var graph = SavedModelReader.read(model);
        var scoring = Scoring.of(graph, task, null, input);
        try (var loaded = GraphSession.open(graph, input)) {
            return new Evaluator(scoring, images, input).evaluate(loaded, done -> {});
        }
    }

    /**
     * Evaluates a single model; its fidelity is that to itself.
     *
     * @param progress receives the share of images done, 0..1
     * @throws NotFiniteException when a float output is not finite
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when images or labels do
     *     not fit the model
     */
    public Evaluation evaluate(ImageModel model, DoubleConsumer progress) {
        var meter = new FidelityMeter(scoring);
        return run(
                model, progress, meter, (image, prediction) -> meter.add(prediction, prediction));
    }

    /** Evaluates the original like {@link #evaluate} and records its predictions. */
    public Evaluation record(
            ImageModel original, RecordedPredictions recorded, DoubleConsumer progress) {
        var meter = new FidelityMeter(scoring);
        return run(
                original,
                progress,
                meter,
                (image, prediction) -> {
                    recorded.write(image, prediction);
                    meter.add(prediction, prediction);
                });
    }

    /** Evaluates a model like {@link #evaluate}, with fidelity to the recorded predictions. */
    public Evaluation compare(
            ImageModel model, RecordedPredictions recorded, DoubleConsumer progress) {
        var meter = new FidelityMeter(scoring);
        try (var originals = recorded.read()) {
            return run(
                    model,
                    progress,
                    meter,
                    (image, prediction) -> {
                        if (recorded.isRecorded(image)) {
                            meter.add(originals.next(), prediction);
                        }
                    });
        }
    }

    private Evaluation run(
            ImageModel model,
            DoubleConsumer progress,
            FidelityMeter meter,
            PredictionListener fidelity) {
        var modelScoring = scoring.of(model.signature());
        var scorer = modelScoring.scorer(images, model.signature());
        int done = 0;
        try (var batches = batches(model).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var outputs = model.predict(batch.images());
                notifyListeners(model, modelScoring, outputs, batch, fidelity);
                for (var each : scorer.stream().toList()) {
                    each.add(outputs, batch);
                }
                done += batch.size();
                progress.accept((double) done / images.size());
            }
        }
        var accuracy = scorer.flatMap(Scorer::accuracy);
        return new Evaluation(
                accuracy,
                accuracy.flatMap(scored -> scorer.map(Scorer::imageResults)),
                meter.fidelity(),
                meter.agreement(),
                meter.divergence());
    }

    private Batches batches(ImageModel model) {
        var preprocessor = Preprocessor.of(input, model.input(), images);
        int perImage = preprocessor.batch(images, new int[] {0}).values().length;
        int size = Math.max(1, Math.min(MAX_BATCH, MAX_VALUES / perImage));
        return new Batches(
                readsStoredMasks() ? images.withoutAnnotations() : images, preprocessor, size);
    }

    /** Stored masks are scored in the size of the output, if the resize neither crops nor pads. */
    private boolean readsStoredMasks() {
        boolean isWhole = input.resize() == null || input.resize() instanceof Resize.Stretch;
        return isWhole && images.annotations().orElse(null) instanceof Annotations.Masks;
    }

    private void notifyListeners(
            ImageModel model,
            Scoring modelScoring,
            Outputs outputs,
            Batch batch,
            PredictionListener fidelity) {
        var classes = modelScoring.classes(outputs);
        for (int i = 0; i < batch.size(); i++) {
            int image = batch.indices()[i];
            var prediction =
                    Prediction.of(model.signature(), outputs, classes, i, batch.indices().length);
            requireFinite(image, prediction);
            fidelity.onPrediction(image, prediction);
            listener.onPrediction(image, prediction);
        }
    }

    private static void requireFinite(int image, Prediction prediction) {
        prediction
                .values()
                .forEach(
                        (name, values) -> {
                            for (float value : values) {
                                if (!Float.isFinite(value)) {
                                    throw new NotFiniteException(image, name, value);
                                }
                            }
                        });
    }
}

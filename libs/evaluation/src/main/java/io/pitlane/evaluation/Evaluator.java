package io.pitlane.evaluation;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.evaluation.djl.DjlModel;
import io.pitlane.evaluation.scoring.Scorer;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.runtime.ImageModel;
import io.pitlane.graph.runtime.Outputs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/**
 * Runs models over a set of images and scores what they answer, batch after batch: memory holds the
 * answers to one batch, however large they are.
 *
 * <pre>{@code
 * var evaluator = new Evaluator(Scoring.of(graph, task, null, input), images, input);
 * try (var answers = RecordedPredictions.in(folder, images.size())) {
 *     var original = evaluator.record(originalModel, answers, progress);
 *     var candidate = evaluator.compare(candidateModel, answers, progress);
 * }
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Evaluator {
    private static final int BATCH = 32;
    private static final int VALUES = 1 << 21;

    private final Scoring scoring;
    private final ImageSet images;
    private final InputSpec input;

    /**
     * An evaluator.
     *
     * @param scoring what the models are scored by
     * @param images the set, with annotations where there are any
     * @param input how images become a model's input
     */
    public Evaluator(Scoring scoring, ImageSet images, InputSpec input) {
        this.scoring = scoring;
        this.images = images;
        this.input = input;
    }

    /**
     * Evaluates a SavedModel as its users run it, by the output that fits its task best.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it cannot be loaded,
     *     or images or labels do not fit it
     */
    public static Evaluation evaluate(Path model, Task task, ImageSet images, InputSpec input) {
        var scoring = Scoring.of(SavedModelReader.read(model), task, null, input);
        try (var loaded = DjlModel.load(model, null, input)) {
            return new Evaluator(scoring, images, input).evaluate(loaded, done -> {});
        }
    }

    /** Hears what was answered to each image. */
    private interface Listener {
        void hear(int image, Prediction answer);
    }

    /**
     * Evaluates a model on its own; it agrees with itself.
     *
     * @param progress hears the share of images done, 0..1
     * @throws NotFiniteException when a float output is no finite number
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when images or labels do
     *     not fit the model
     */
    public Evaluation evaluate(ImageModel model, DoubleConsumer progress) {
        var meter = new FidelityMeter();
        return run(model, progress, meter, (image, answer) -> meter.add(answer, answer));
    }

    /** Evaluates the original as {@link #evaluate} does, and keeps its answers. */
    public Evaluation record(
            ImageModel original, RecordedPredictions kept, DoubleConsumer progress) {
        var meter = new FidelityMeter();
        return run(
                original,
                progress,
                meter,
                (image, answer) -> {
                    kept.write(image, answer);
                    meter.add(answer, answer);
                });
    }

    /** Evaluates a model as {@link #evaluate} does, its fidelity to the original's kept answers. */
    public Evaluation compare(ImageModel model, RecordedPredictions kept, DoubleConsumer progress) {
        var meter = new FidelityMeter();
        try (var originals = kept.read()) {
            return run(
                    model,
                    progress,
                    meter,
                    (image, answer) -> {
                        if (kept.keeps(image)) {
                            meter.add(originals.next(), answer);
                        }
                    });
        }
    }

    private Evaluation run(
            ImageModel model, DoubleConsumer progress, FidelityMeter meter, Listener listener) {
        var its = scoring.of(model.signature());
        var scorer = its.scorer(images, model.signature());
        int done = 0;
        try (var batches = batches(model).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var outputs = model.predict(batch.images());
                tell(model, its, outputs, batch, listener);
                for (var counting : scorer.stream().toList()) {
                    counting.add(outputs, batch);
                }
                done += batch.size();
                progress.accept((double) done / images.size());
            }
        }
        return new Evaluation(scorer.flatMap(Scorer::accuracy), meter.fidelity());
    }

    private Batches batches(ImageModel model) {
        var preprocessor = Preprocessor.of(input, model.input());
        int perImage = preprocessor.batch(images, new int[] {0}).values().length;
        int size = Math.max(1, Math.min(BATCH, VALUES / perImage));
        // Masks are read by the scorer, in the size of the answer, and need not be read twice.
        var shown =
                images.annotations().filter(Annotations.Masks.class::isInstance).isPresent()
                        ? images.withoutAnnotations()
                        : images;
        return new Batches(shown, preprocessor, size);
    }

    private void tell(
            ImageModel model, Scoring its, Outputs outputs, Batch batch, Listener listener) {
        var classes = its.classes(outputs);
        for (int i = 0; i < batch.size(); i++) {
            int image = batch.indices()[i];
            var answer =
                    Prediction.of(model.signature(), outputs, classes, i, batch.indices().length);
            requireFinite(image, answer);
            listener.hear(image, answer);
        }
    }

    private static void requireFinite(int image, Prediction answer) {
        answer.values()
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

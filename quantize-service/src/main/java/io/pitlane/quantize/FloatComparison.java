package io.pitlane.quantize;

import io.pitlane.contract.finding.QuantizationError;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.ImageSet;
import io.pitlane.evaluation.Evaluation;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.evaluation.RecordedPredictions;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ImageModel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Compares quantized models with the float model on a set of images. Must be closed: the float
 * model's predictions are in a file.
 */
final class FloatComparison implements AutoCloseable {
    private final Plan plan;
    private final Evaluator evaluator;
    private final RecordedPredictions recorded;
    private final Evaluation floats;
    private final int images;

    /**
     * Evaluates the float model.
     *
     * @param graph tells which output is scored, and how
     * @param floats the float model
     * @param folder for the file
     */
    FloatComparison(FlatGraph graph, ImageModel floats, Plan plan, ImageSet images, Path folder) {
        this.plan = plan;
        var scoring = Scoring.of(graph, plan.task(), plan.output(), plan.input());
        this.evaluator = new Evaluator(scoring, images, plan.input());
        this.images = images.size();
        this.recorded = RecordedPredictions.in(folder, images.size());
        this.floats = evaluator.record(floats, recorded, done -> {});
    }

    /** A comparison with a float graph. */
    static FloatComparison with(FlatGraph floats, Plan plan, ImageSet images, Path folder) {
        try (var session = GraphSession.open(floats, plan.input())) {
            return new FloatComparison(floats, session, plan, images, folder);
        }
    }

    /** Number of images. */
    int images() {
        return images;
    }

    /** The task's figure of the float model; empty without labels. */
    Optional<Accuracy.Headline> floats() {
        return floats.accuracy().map(Accuracy::headline);
    }

    /** What a graph changes. */
    QuantizationError of(FlatGraph quantized) {
        try (var session = GraphSession.open(quantized, plan.input())) {
            return of(session);
        }
    }

    /** What a model changes. */
    QuantizationError of(ImageModel quantized) {
        var evaluation = evaluator.compare(quantized, recorded, done -> {});
        var distance = evaluation.fidelity().relativeL2();
        return new QuantizationError(
                distance == null || distance == 0 ? null : -20 * Math.log10(distance),
                evaluation.divergence().isPresent() ? evaluation.divergence().getAsDouble() : null,
                evaluation.fidelity().agreement(),
                evaluation.accuracy().map(accuracy -> accuracy.headline().value()).orElse(null));
    }

    @Override
    public void close() {
        recorded.close();
    }
}

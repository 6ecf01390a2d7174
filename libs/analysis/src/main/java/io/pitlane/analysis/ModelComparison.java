package io.pitlane.analysis;

import io.pitlane.contract.finding.OutputError;
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
import io.pitlane.graph.runtime.ModelInputs;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Compares changed models with the model before the change on a set of images. Must be closed: the
 * predictions of the model before are in a file.
 */
public final class ModelComparison implements AutoCloseable {
    private final Plan plan;
    private final Evaluator evaluator;
    private final RecordedPredictions recorded;
    private final Evaluation before;
    private final int images;

    /**
     * Evaluates the model before.
     *
     * @param graph tells which output is scored, and how
     * @param before the model before
     * @param folder for the file
     */
    public ModelComparison(
            FlatGraph graph, ImageModel before, Plan plan, ImageSet images, Path folder) {
        this.plan = plan;
        var scoring = Scoring.of(graph, plan.task(), plan.output(), plan.input());
        this.evaluator = new Evaluator(scoring, images, plan.input());
        this.images = images.size();
        this.recorded = RecordedPredictions.in(folder, images.size());
        this.before = evaluator.record(before, recorded, done -> {});
    }

    /** A comparison with a float graph. */
    public static ModelComparison with(FlatGraph before, Plan plan, ImageSet images, Path folder) {
        try (var session = GraphSession.open(before, plan.input())) {
            return new ModelComparison(before, session, plan, images, folder);
        }
    }

    /** Number of images. */
    public int images() {
        return images;
    }

    /** The task's figure of the model before; empty without labels. */
    public Optional<Accuracy.Headline> before() {
        return before.accuracy().map(Accuracy::headline);
    }

    /** What a graph changes. */
    public OutputError of(FlatGraph changed) {
        try (var session = GraphSession.open(changed, plan.input())) {
            return of(session);
        }
    }

    /**
     * What a graph changes.
     *
     * @param value fed with every batch, in addition to the images
     */
    public OutputError of(FlatGraph changed, ModelInputs.InputValue value) {
        try (var session = GraphSession.open(changed, plan.input())) {
            return of(session.with(value));
        }
    }

    /** What a model changes. */
    public OutputError of(ImageModel changed) {
        var evaluation = evaluator.compare(changed, recorded, done -> {});
        var distance = evaluation.fidelity().relativeL2();
        return new OutputError(
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

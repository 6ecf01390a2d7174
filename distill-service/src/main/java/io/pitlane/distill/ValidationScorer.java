package io.pitlane.distill;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.ImageSet;
import io.pitlane.evaluation.Evaluation;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Locale;
import java.util.Optional;

/**
 * Scores models on the validation split: training images that no training uses for its gradients.
 *
 * @param images the labelled images of the split; empty without a split or labels
 * @param plan task, scored output and preprocessing
 */
record ValidationScorer(Optional<ImageSet> images, Plan plan) {

    /** Scores a model; empty when there are no images, or no output to score. */
    Optional<Accuracy.Headline> score(FlatGraph model) {
        return images.flatMap(split -> evaluate(model, split).accuracy()).map(Accuracy::headline);
    }

    private Evaluation evaluate(FlatGraph model, ImageSet split) {
        var scoring = Scoring.of(model, plan.task(), plan.output(), plan.input());
        try (var session = GraphSession.open(model, plan.input())) {
            return new Evaluator(scoring, split, plan.input()).evaluate(session, done -> {});
        }
    }

    /** Formats a figure, as {@code 86.4 %} or {@code mean IoU 71.2 %}. */
    static String format(Accuracy.Headline figure) {
        if (figure.error()) {
            return String.format(Locale.ROOT, "%s %.4g", figure.name(), figure.value());
        }
        var share = String.format(Locale.ROOT, "%.1f %%", 100 * figure.value());
        return figure.name().equals("accuracy") ? share : figure.name() + " " + share;
    }

    /** Whether the first is at least as good as the second. */
    static boolean isAsGood(Accuracy.Headline first, Accuracy.Headline second) {
        return first.error() ? first.value() <= second.value() : first.value() >= second.value();
    }
}

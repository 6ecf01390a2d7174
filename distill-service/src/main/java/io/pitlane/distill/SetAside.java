package io.pitlane.distill;

import io.pitlane.contract.Accuracy;
import io.pitlane.contract.Plan;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.eval.Evaluation;
import io.pitlane.model.eval.Evaluator;
import io.pitlane.model.eval.Scoring;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.runtime.GraphSession;
import java.util.Locale;
import java.util.Optional;

/**
 * Says how right a model is on the training images that no training has learnt from.
 *
 * @param images those images; empty when there are none, or they have no labels
 * @param plan what the model is for, and how images become its input
 */
record SetAside(Optional<ImageSet> images, Plan plan) {

    /** Scores a model; empty when there is nothing to score it on, or no output to be scored. */
    Optional<Accuracy.Headline> score(FlatGraph model) {
        return images.flatMap(labelled -> evaluate(model, labelled).accuracy())
                .map(Accuracy::headline);
    }

    private Evaluation evaluate(FlatGraph model, ImageSet labelled) {
        var scoring = Scoring.of(model, plan.task(), plan.output(), plan.input());
        try (var session = GraphSession.open(model, plan.input())) {
            return new Evaluator(scoring, labelled, plan.input()).evaluate(session, done -> {});
        }
    }

    /** A figure for people, as {@code 86.4 %} or {@code mean IoU 71.2 %}. */
    static String shown(Accuracy.Headline figure) {
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

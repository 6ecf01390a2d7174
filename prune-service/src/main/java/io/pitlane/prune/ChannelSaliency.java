package io.pitlane.prune;

import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.RandomSaliency;
import io.pitlane.graph.channels.Saliency;

/** The saliency that a step's criterion names, or that a target has by default. */
final class ChannelSaliency {
    private ChannelSaliency() {}

    static Saliency.Factory of(PruneStep step, PruningContext context) {
        var scores = step.scores() == null ? ChannelScores.DEFAULT : step.scores();
        if (step.criterion() == null) {
            return GradientSaliency.taylor(step, scores, context).orElse(FilterSaliency.L1, "l1");
        }
        return switch (step.criterion()) {
            case L1 -> FilterSaliency.L1.with(scores);
            case L2 -> FilterSaliency.L2.with(scores);
            case GEOMETRIC_MEDIAN -> FilterSaliency.GEOMETRIC_MEDIAN.with(scores);
            case BATCH_NORM_SCALE -> FilterSaliency.BATCH_NORM_SCALE.with(scores);
            case TAYLOR -> GradientSaliency.taylor(step, scores, context);
            case FISHER -> GradientSaliency.fisher(step, scores, context);
            case MEAN_ACTIVATION -> ActivationSaliency.meanActivation(scores, context);
            case APOZ -> ActivationSaliency.apoz(scores, context);
            case LAMP -> FilterSaliency.LAMP.with(scores);
            case RANDOM -> (graph, dependencies) -> new RandomSaliency(context.plan().seed());
        };
    }
}

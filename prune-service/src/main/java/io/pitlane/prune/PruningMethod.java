package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;

/** One way to remove weights from a model. */
@FunctionalInterface
interface PruningMethod {

    /**
     * A model with fewer weights, before fine-tuning.
     *
     * @param graph the current model of the run
     */
    PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context);

    /** The method that a step names. */
    static PruningMethod of(PruneStep step) {
        return switch (step.method()) {
            case CHANNELS -> new ChannelMethod();
            case MAGNITUDE -> new MagnitudeMethod();
            case LOW_RANK -> new LowRankMethod();
            case BLOCKS -> new BlockMethod();
        };
    }
}

package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.L1Saliency;
import io.pitlane.graph.channels.Saliency;
import java.util.List;
import java.util.Map;

/** Removes whole channels: a saliency ranks them, an allocation says how many each group loses. */
final class ChannelMethod implements PruningMethod {

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        var pruned = new ChannelPruning(saliency(step), allocation(step)).prune(graph);
        return new PrunedModel(
                pruned.graph(), Map.of(), pruned.removed(), pruned.notes(), List.of());
    }

    private static Saliency.Factory saliency(PruneStep step) {
        return switch (step.criterion()) {
            case L1 -> L1Saliency::new;
        };
    }

    private static ChannelAllocation allocation(PruneStep step) {
        return switch (step.policy()) {
            case UNIFORM -> ChannelAllocation.uniform(step.ratio());
        };
    }
}

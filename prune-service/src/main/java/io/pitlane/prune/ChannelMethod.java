package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import java.util.List;
import java.util.Map;

/** Removes whole channels: a saliency ranks them, an allocation says how many each group loses. */
final class ChannelMethod implements PruningMethod {

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        if (step.rounds() > 1) {
            var atOnce =
                    new ChannelPruning(ChannelSaliency.of(step, context), allocation(step))
                            .prune(graph);
            return new PruningRounds(step, context)
                    .prune(graph, atOnce, (g, allocation, part) -> cut(g, step, allocation, part));
        }
        return cut(graph, step, allocation(step), context);
    }

    private static PrunedModel cut(
            FlatGraph graph, PruneStep step, ChannelAllocation allocation, PruningContext context) {
        var pruned = new ChannelPruning(ChannelSaliency.of(step, context), allocation).prune(graph);
        return new PrunedModel(pruned.graph(), Map.of(), pruned.notes(), List.of());
    }

    private static ChannelAllocation allocation(PruneStep step) {
        return switch (step.policy()) {
            case UNIFORM -> ChannelAllocation.uniform(step.ratio());
        };
    }
}

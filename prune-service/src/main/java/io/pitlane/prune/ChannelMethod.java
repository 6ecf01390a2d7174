package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.L1Saliency;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.allocation.SaliencyLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Removes whole channels: a saliency ranks them, an allocation says how many each group loses. */
final class ChannelMethod implements PruningMethod {

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        var allocation = new StepAllocation(step, "prune", graph, context.images().shape());
        var pruned =
                new ChannelPruning(saliency(step), allocation.allocation(new SaliencyLoss()))
                        .prune(graph);
        var notes = new ArrayList<>(pruned.notes());
        allocation.target().ifPresent(target -> notes.add(1, target.note(pruned.graph())));
        return new PrunedModel(pruned.graph(), Map.of(), pruned.removed(), notes, List.of());
    }

    private static Saliency.Factory saliency(PruneStep step) {
        return switch (step.criterion()) {
            case L1 -> L1Saliency::new;
        };
    }
}

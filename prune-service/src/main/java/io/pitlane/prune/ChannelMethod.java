package io.pitlane.prune;

import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.L1Saliency;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.allocation.SaliencyLoss;
import io.pitlane.prune.latency.LatencyCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Removes whole channels: a saliency ranks them, an allocation says how many each group loses. */
final class ChannelMethod implements PruningMethod {

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        var allocation =
                new StepAllocation(
                        step, "prune", graph, context.images().shape(), latency(step, context));
        var pruned =
                new ChannelPruning(saliency(step), allocation.allocation(new SaliencyLoss()))
                        .prune(graph);
        var notes = new ArrayList<>(pruned.notes());
        allocation.target().ifPresent(target -> notes.add(1, target.note(pruned)));
        return new PrunedModel(pruned.graph(), Map.of(), pruned.removed(), notes, List.of());
    }

    private static Optional<LatencyCost> latency(PruneStep step, PruningContext context) {
        return Optional.ofNullable(step.target())
                .map(PruningTarget::engine)
                .map(
                        engine ->
                                LatencyCost.on(
                                        engine,
                                        context.plan(),
                                        context.images(),
                                        context.folder(),
                                        message -> context.progress().at(0, message)));
    }

    private static Saliency.Factory saliency(PruneStep step) {
        return switch (step.criterion()) {
            case L1 -> L1Saliency::new;
        };
    }
}

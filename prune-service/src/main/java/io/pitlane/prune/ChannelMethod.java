package io.pitlane.prune;

import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.prune.latency.LatencyCost;
import java.util.ArrayList;
import java.util.Optional;

/** Removes whole channels: a saliency ranks them, an allocation says how many each group loses. */
final class ChannelMethod implements PruningMethod {

    /** Share of the work that a measurement of the sensitivity is. */
    private static final double MEASURED = 0.7;

    /** Share of other work that a measurement of the saliency before it is. */
    private static final double SCORED = 0.1;

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        var sizes = context.images().shape();
        var options = new StepAllocation(step, "prune", graph, sizes, latency(step, context));
        double measured = step.sensitivity() == null ? 0 : MEASURED;
        var chosen = MeasuredAllocation.of(graph, step, options, context.part(0, measured));
        var pruned = prune(graph, step, chosen.allocation(), context.part(measured, 1));
        var notes = new ArrayList<>(pruned.notes());
        notes.addAll(1, chosen.notes());
        options.target().ifPresent(target -> notes.add(1, target.note(graph, pruned)));
        var findings = new ArrayList<>(pruned.findings());
        chosen.sensitivity()
                .map(finding -> SensitivityAnalysis.with(finding, pruned.graph()))
                .ifPresent(findings::add);
        return new PrunedModel(pruned.graph(), pruned.masks(), notes, findings)
                .without(pruned.removed());
    }

    private static PrunedModel prune(
            FlatGraph graph, PruneStep step, ChannelAllocation allocation, PruningContext context) {
        if (step.rounds() > 1) {
            var atOnce = new ChannelPruning(saliency(step, context), allocation).prune(graph);
            return new PruningRounds(step, context.part(SCORED, 1))
                    .prune(graph, atOnce, (g, inRound, part) -> cut(g, step, inRound, part));
        }
        return cut(graph, step, allocation, context);
    }

    private static PrunedModel cut(
            FlatGraph graph, PruneStep step, ChannelAllocation allocation, PruningContext context) {
        var pruned = new ChannelPruning(saliency(step, context), allocation).prune(graph);
        return new RecoveryWithoutTraining(step.reconstruction(), context.part(SCORED, 1))
                .apply(pruned)
                .without(pruned.removed());
    }

    private static Saliency.Factory saliency(PruneStep step, PruningContext context) {
        return ChannelSaliency.of(step, context.part(0, SCORED));
    }

    private static Optional<LatencyCost> latency(PruneStep step, PruningContext context) {
        return Optional.ofNullable(step.target())
                .map(PruningTarget::engine)
                .map(
                        engine ->
                                LatencyCost.on(
                                        engine,
                                        context.plan(),
                                        step.roundTo() == null ? 1 : step.roundTo(),
                                        context.images(),
                                        context.folder(),
                                        message -> context.progress().at(0, message)));
    }
}

package io.pitlane.prune;

import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.allocation.RemovalLoss;
import io.pitlane.graph.channels.allocation.SaliencyLoss;
import io.pitlane.prune.latency.LatencyCost;
import java.util.ArrayList;
import java.util.Optional;

/** Removes whole channels: a saliency ranks them, an allocation says how many each group loses. */
final class ChannelMethod implements PruningMethod {

    /** Share of the work that a measurement of the sensitivity is. */
    private static final double MEASURED = 0.7;

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        var sizes = context.images().shape();
        var options = new StepAllocation(step, "prune", graph, sizes, latency(step, context));
        double measured = step.sensitivity() == null ? 0 : MEASURED;
        var sensitivity = sensitivity(graph, step, context.part(0, measured));
        RemovalLoss loss =
                sensitivity.<RemovalLoss>map(MeasuredLoss::new).orElseGet(SaliencyLoss::new);
        var pruned = prune(graph, step, options.allocation(loss), context.part(measured, 1));
        var notes = new ArrayList<>(pruned.notes());
        options.target().ifPresent(target -> notes.add(1, target.note(graph, pruned)));
        var findings = new ArrayList<>(pruned.findings());
        sensitivity
                .map(finding -> SensitivityAnalysis.with(finding, pruned.graph()))
                .ifPresent(findings::add);
        return new PrunedModel(pruned.graph(), pruned.masks(), notes, findings)
                .without(pruned.removed());
    }

    private static Optional<ChannelSensitivity> sensitivity(
            FlatGraph graph, PruneStep step, PruningContext context) {
        return Optional.ofNullable(step.sensitivity())
                .map(
                        options ->
                                new SensitivityAnalysis(options, context)
                                        .measure(graph, ChannelSaliency.of(step, context)));
    }

    private static PrunedModel prune(
            FlatGraph graph, PruneStep step, ChannelAllocation allocation, PruningContext context) {
        if (step.rounds() > 1) {
            var atOnce =
                    new ChannelPruning(ChannelSaliency.of(step, context), allocation).prune(graph);
            return new PruningRounds(step, context)
                    .prune(graph, atOnce, (g, inRound, part) -> cut(g, step, inRound, part));
        }
        return cut(graph, step, allocation, context);
    }

    private static PrunedModel cut(
            FlatGraph graph, PruneStep step, ChannelAllocation allocation, PruningContext context) {
        var pruned = new ChannelPruning(ChannelSaliency.of(step, context), allocation).prune(graph);
        return new RecoveryWithoutTraining(step.reconstruction(), context)
                .apply(pruned)
                .without(pruned.removed());
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
}

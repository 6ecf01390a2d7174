package io.pitlane.prune;

import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.allocation.SaliencyLoss;
import java.util.List;
import java.util.Optional;

/**
 * The allocation of a step, with what was measured for it.
 *
 * @param allocation how many channels each group loses
 * @param sensitivity of the groups; empty where the step does not ask for it
 * @param notes how the allocation was chosen
 */
record MeasuredAllocation(
        ChannelAllocation allocation,
        Optional<ChannelSensitivity> sensitivity,
        List<String> notes) {
    /** Share of the work that the sensitivity of the groups is; the trials are the rest. */
    private static final double SENSITIVITY = 0.9;

    /** Measures what the step asks for. */
    static MeasuredAllocation of(
            FlatGraph graph, PruneStep step, StepAllocation options, PruningContext context) {
        var measurement = step.sensitivity();
        if (measurement == null) {
            return new MeasuredAllocation(
                    options.allocation(new SaliencyLoss()), Optional.empty(), List.of());
        }
        try (var model = new MaskedModel(graph, measurement.samples(), context)) {
            var saliency =
                    ChannelSaliency.of(step, context).on(model.graph(), model.dependencies());
            var sensitivity =
                    new SensitivityAnalysis(model, measurement.ratios())
                            .measure(saliency, context.part(0, SENSITIVITY).progress());
            if (options.target().isEmpty()) {
                return new MeasuredAllocation(
                        options.allocation(new SaliencyLoss()),
                        Optional.of(sensitivity),
                        List.of());
            }
            var best =
                    new AllocationTrials(model, saliency, options::allocation)
                            .best(sensitivity, context.part(SENSITIVITY, 1).progress());
            return new MeasuredAllocation(
                    options.allocation(best.loss()),
                    Optional.of(sensitivity),
                    List.of("allocation with the least error on the sample: by " + best.name()));
        }
    }
}

package io.pitlane.prune;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.analysis.LayerPatterns;
import io.pitlane.contract.pruning.ChannelScores.Normalization;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Policy;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.allocation.ChannelLimits;
import io.pitlane.graph.channels.allocation.GlobalAllocation;
import io.pitlane.graph.channels.allocation.RatioAllocation;
import io.pitlane.graph.channels.allocation.RemovalLoss;
import io.pitlane.graph.channels.allocation.TargetAllocation;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.prune.latency.LatencyCost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How many channels each group of a model loses by the options of a step. */
final class StepAllocation {
    private final PruneStep step;
    private final ChannelLimits limits;
    private final String field;
    private final Map<String, Double> ratios;
    private final Optional<CostTarget> target;

    /**
     * The allocation for a model.
     *
     * @param field of the step in the plan, for messages
     * @param sizes dimensions by the names of inputs that take any size
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the step names a
     *     layer that the model does not have, or its target cannot be reached
     */
    StepAllocation(PruneStep step, String field, FlatGraph graph, Map<String, long[]> sizes) {
        this(step, field, graph, sizes, Optional.empty());
    }

    /**
     * The same with a model of latency.
     *
     * @param latency on the engine of the target; empty where the target is another
     */
    StepAllocation(
            PruneStep step,
            String field,
            FlatGraph graph,
            Map<String, long[]> sizes,
            Optional<LatencyCost> latency) {
        this.step = step;
        this.field = field;
        this.limits =
                new ChannelLimits(
                        step.maxRatio() == null ? 1 : step.maxRatio(),
                        step.roundTo() == null ? 1 : step.roundTo(),
                        LayerPatterns.matching(graph, field + ".ignore", step.ignore()));
        this.ratios = ratios(step, field + ".ratios", graph);
        this.target =
                Optional.ofNullable(step.target())
                        .map(
                                wish ->
                                        latency.map(cost -> CostTarget.ofLatency(wish, graph, cost))
                                                .orElseGet(
                                                        () -> CostTarget.of(wish, graph, sizes)));
        target.ifPresent(wish -> wish.requireReachable(field, graph, limits));
    }

    /** What the model may cost; empty where ratios say how much is removed. */
    Optional<CostTarget> target() {
        return target;
    }

    /** What each group keeps. */
    ChannelLimits limits() {
        return limits;
    }

    /**
     * The allocation.
     *
     * @param loss how much a removal harms, for a target
     */
    ChannelAllocation allocation(RemovalLoss loss) {
        if (target.isPresent()) {
            return new TargetAllocation(target.get().model(), target.get().most(), limits, loss);
        }
        return step.policy() == Policy.GLOBAL
                ? new GlobalAllocation(step.ratio(), limits, isComparable())
                : new RatioAllocation(this::ratio, limits);
    }

    /** Whether the scores of different groups can be compared as they are. */
    private boolean isComparable() {
        if (step.scores() != null && step.scores().normalization() != null) {
            return step.scores().normalization() == Normalization.NONE;
        }
        return switch (step.criterion()) {
            case TAYLOR, FISHER, LAMP, RANDOM -> true;
            default -> false;
        };
    }

    /** The ratio of each layer that is named; a name goes before a pattern. */
    private static Map<String, Double> ratios(PruneStep step, String option, FlatGraph graph) {
        var ratios = new HashMap<String, Double>();
        var patterns = new HashMap<String, String>();
        if (step.ratios() != null) {
            step.ratios()
                    .forEach(
                            (pattern, ratio) -> {
                                for (var layer :
                                        LayerPatterns.matching(graph, option, List.of(pattern))) {
                                    var other = patterns.get(layer);
                                    if (other == null || other.contains("*")) {
                                        requireSame(option, layer, pattern, ratio, other, ratios);
                                        ratios.put(layer, ratio);
                                        patterns.put(layer, pattern);
                                    }
                                }
                            });
        }
        return ratios;
    }

    private static void requireSame(
            String option,
            String layer,
            String pattern,
            Double ratio,
            String other,
            Map<String, Double> ratios) {
        if (other != null && pattern.contains("*") && !ratios.get(layer).equals(ratio)) {
            throw invalidInput(
                    "%s: the patterns '%s' and '%s' both match layer '%s' and give it %s and %s."
                            .formatted(option, other, pattern, layer, ratios.get(layer), ratio),
                    "Name the layer itself, or write patterns that do not overlap.");
        }
    }

    /**
     * The ratio of a group: that of those of its layers that are named. 0 with a target.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when they differ
     */
    double ratio(ChannelGroup group) {
        var named = new TreeMap<Double, String>();
        group.layers().stream()
                .filter(ratios::containsKey)
                .forEach(layer -> named.putIfAbsent(ratios.get(layer), layer));
        if (named.size() > 1) {
            var first = named.firstEntry();
            var last = named.lastEntry();
            throw invalidInput(
                    "%s.ratios gives layer '%s' %s and layer '%s' %s, but their channels can only be removed together: %s."
                            .formatted(
                                    field,
                                    first.getValue(),
                                    first.getKey(),
                                    last.getValue(),
                                    last.getKey(),
                                    String.join(", ", group.layers())),
                    "Give both the same ratio, or name one of them.");
        }
        if (named.isEmpty()) {
            return step.ratio() == null ? 0 : step.ratio();
        }
        return named.firstKey();
    }
}

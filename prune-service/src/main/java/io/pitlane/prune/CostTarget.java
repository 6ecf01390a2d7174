package io.pitlane.prune;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.allocation.ChannelLimits;
import io.pitlane.graph.channels.allocation.CostModel;
import io.pitlane.graph.channels.allocation.CostModel.Part;
import io.pitlane.graph.channels.allocation.MacsCost;
import io.pitlane.graph.channels.allocation.ParameterCost;
import io.pitlane.graph.channels.allocation.ReachableCost;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.prune.latency.LatencyCost;
import io.pitlane.report.FigureFormat;
import java.util.Locale;
import java.util.Map;

/**
 * What a model may cost, for one model.
 *
 * @param option of the target, as {@code target.macs}
 * @param unit of the cost, as {@code MACs}
 * @param model what is counted
 * @param before what the model costs before the step, as the model counts it
 * @param most what it may cost
 */
record CostTarget(String option, String unit, CostModel model, double before, double most) {
    private static final int FLOAT_BYTES = 4;

    /**
     * A target for a model.
     *
     * @param sizes dimensions by the names of inputs that take any size
     */
    static CostTarget of(PruningTarget target, FlatGraph graph, Map<String, long[]> sizes) {
        var footprint = Footprint.of(graph, sizes);
        if (target.macs() != null) {
            return new CostTarget(
                    "target.macs",
                    "MACs",
                    new MacsCost(sizes),
                    footprint.macs(),
                    target.macs() * footprint.macs());
        }
        if (target.parameters() != null) {
            return new CostTarget(
                    "target.parameters",
                    "parameters",
                    new ParameterCost(1),
                    footprint.parameters(),
                    target.parameters() * footprint.parameters());
        }
        return new CostTarget(
                "target.sizeBytes",
                "bytes of parameters",
                new ParameterCost(FLOAT_BYTES),
                FLOAT_BYTES * (double) footprint.parameters(),
                target.sizeBytes());
    }

    /** A target of latency, for a model. */
    static CostTarget ofLatency(PruningTarget target, FlatGraph graph, LatencyCost latency) {
        double before = latency.before(graph);
        return new CostTarget(
                "target.latencyMillis",
                "ms on " + target.engine().title(),
                latency,
                before,
                latency.sum(target.latencyMillis()));
    }

    /**
     * Checks that the target can be reached.
     *
     * @param field of the step, for messages
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT with what can be reached
     */
    void requireReachable(String field, FlatGraph graph, ChannelLimits limits) {
        var reachable = ReachableCost.of(model, graph, limits);
        if (reachable.least() > most) {
            throw invalidInput(
                    "%s.%s asks for at most %s %s, but channel pruning cannot reach less than %s (%s of %s) with maxRatio %s%s%s."
                            .formatted(
                                    field,
                                    option,
                                    count(most),
                                    unit,
                                    count(reachable.least()),
                                    share(reachable.least()),
                                    count(before),
                                    limits.maxRatio(),
                                    limits.roundTo() > 1 ? ", roundTo " + limits.roundTo() : "",
                                    limits.ignored().isEmpty() ? "" : " and the layers in ignore"),
                    "Allow at least that, or raise maxRatio.");
        }
    }

    /** What a model costs. */
    private double of(FlatGraph graph) {
        return model.parts(graph, DependencyGraph.of(graph)).stream()
                .mapToDouble(Part::uncut)
                .sum();
    }

    /** Whether a pruned model costs more. */
    boolean isMissedBy(FlatGraph pruned) {
        return of(pruned) > most;
    }

    /**
     * A sentence on what a pruned model costs.
     *
     * @param shared the model before
     */
    String note(FlatGraph shared, PrunedModel made) {
        if (model instanceof LatencyCost latency) {
            return latencyNote(latency, shared, made);
        }
        double after = of(made.graph());
        return "%s: at most %s %s; %s are left, %s of %s"
                .formatted(option, count(most), unit, count(after), share(after), count(before));
    }

    private String latencyNote(LatencyCost latency, FlatGraph shared, PrunedModel made) {
        var graph = VectorUnsharing.apply(shared);
        // After several rounds, the channels that are gone have no ids in one graph.
        var predicted =
                made.removed().isEmpty()
                        ? ""
                        : millis(latency.predict(graph, DependencyGraph.of(graph), made.removed()))
                                + " predicted and ";
        return "%s: at most %s %s; %s%s measured, against %s before"
                .formatted(
                        option,
                        count(most),
                        unit,
                        predicted,
                        millis(latency.measure(made.graph())),
                        count(before));
    }

    private String share(double cost) {
        return String.format(Locale.ROOT, "%.3f", before == 0 ? 0 : shown(cost) / shown(before));
    }

    private String count(double cost) {
        return model instanceof LatencyCost
                ? millis(shown(cost))
                : FigureFormat.count(Math.round(cost));
    }

    private static String millis(double latency) {
        return String.format(Locale.ROOT, "%.3g", latency);
    }

    /** In the unit that messages name. */
    private double shown(double cost) {
        return model instanceof LatencyCost latency ? latency.millis(cost) : cost;
    }
}

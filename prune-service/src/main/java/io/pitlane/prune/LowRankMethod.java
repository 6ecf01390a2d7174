package io.pitlane.prune;

import io.pitlane.analysis.LayerPatterns;
import io.pitlane.contract.finding.LayerFactors;
import io.pitlane.contract.finding.LayerFactors.Layer;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.footprint.LayerFootprint;
import io.pitlane.prune.lowrank.LowRankFactorization;
import io.pitlane.report.FigureFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Replaces layers by factors of low rank where they were measured to be faster. */
final class LowRankMethod implements PruningMethod {
    /** Share of the multiply-accumulates of a layer that is worth factors. */
    private static final double LARGE = 0.1;

    private static final Optional<String> NO_LAYER = Optional.of("no layer");

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        var plan = context.plan();
        var ignored = LayerPatterns.matching(graph, "prune.ignore", step.ignore());
        var result =
                new LowRankFactorization(step.rank(), step.target(), ignored, plan.seed())
                        .factorize(
                                graph,
                                context.images(),
                                plan.input(),
                                share -> context.progress().at(share, "factorising the layers"));
        var notes = notes(result.finding());
        var made = new PrunedModel(result.graph(), Map.of(), notes, List.of(result.finding()));
        if (step.target() != null) {
            var target = CostTarget.of(step.target(), graph, context.images().shape());
            var missed =
                    target.isMissedBy(made.graph())
                            ? "; no cheaper factors were measured to be fast enough, see"
                                    + " rank.minSpeedup"
                            : "";
            notes.add(1, target.note(graph, made) + missed);
        }
        return made.withNotes(notes);
    }

    /** The layers that hold most of the computation, and whether they can be factorised. */
    static List<String> advice(FlatGraph graph) {
        var obstacles = LowRankFactorization.obstacles(graph);
        var footprint = Footprint.of(graph);
        var large =
                footprint.layers().stream()
                        .filter(layer -> layer.macs() >= LARGE * footprint.macs())
                        .filter(layer -> layer.macs() > 0)
                        .map(LayerFootprint::name)
                        .filter(name -> obstacles.getOrDefault(name, NO_LAYER).isEmpty())
                        .toList();
        return List.of(
                large.isEmpty()
                        ? "No layer with a tenth of the MACs can be replaced by factors of low rank."
                        : "Factors of low rank could replace %s, each with a tenth of the MACs or more."
                                .formatted(String.join(", ", large)));
    }

    private static List<String> notes(LayerFactors factors) {
        var notes = new ArrayList<String>();
        var taken = factors.layers().stream().filter(Layer::taken).toList();
        notes.add(summary(factors, taken.size()));
        taken.forEach(layer -> notes.add(taken(layer)));
        if (!taken.isEmpty()) {
            notes.add(
                    "speed-ups are measured on TensorFlow; other engines save the same MACs, and"
                            + " bench measures what they make of them");
        }
        factors.layers().stream()
                .filter(layer -> !layer.taken())
                .collect(
                        Collectors.groupingBy(
                                Layer::reason,
                                LinkedHashMap::new,
                                Collectors.mapping(Layer::name, Collectors.joining(", "))))
                .forEach((reason, layers) -> notes.add("left alone: " + layers + ": " + reason));
        return notes;
    }

    private static String summary(LayerFactors factors, int taken) {
        var counts = "layers factorised: %d of %d".formatted(taken, factors.layers().size());
        return factors.speedup() == null
                ? counts
                : String.format(
                        Locale.ROOT,
                        "%s; one image takes TensorFlow %.2f times less time, measured",
                        counts,
                        factors.speedup());
    }

    private static String taken(Layer layer) {
        return String.format(
                Locale.ROOT,
                "%s: %s of rank %s, MACs for one image %s -> %s, error of its outputs %.2g, %.2f"
                        + " times as fast alone",
                layer.name(),
                layer.decomposition().name().toLowerCase(Locale.ROOT),
                layer.ranks().stream().map(String::valueOf).collect(Collectors.joining(" and ")),
                FigureFormat.count(layer.macs()),
                FigureFormat.count(layer.macsOfFactors()),
                layer.error(),
                layer.speedup());
    }
}

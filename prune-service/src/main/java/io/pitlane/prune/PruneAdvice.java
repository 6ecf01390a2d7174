package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelGroups;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Describes which layers and channels of a model can be pruned. */
final class PruneAdvice {
    private PruneAdvice() {}

    static ModelAdvice of(FlatGraph graph) {
        var advice = new ArrayList<String>();
        long prunable =
                graph.nodes().stream()
                        .filter(node -> LayerKernel.of(graph, node).isPresent())
                        .count();
        advice.add(prunable + " layers have constant float32 weights that can be pruned.");
        new PrunableKernels(graph, magnitude(null))
                .leftAlone()
                .forEach(layers -> advice.add("Left alone: " + layers + "."));
        if (prunable > 0) {
            advice.add(patterns(graph));
        }
        advice.addAll(channels(ChannelGroups.of(graph)));
        return new ModelAdvice(advice);
    }

    private static String patterns(FlatGraph graph) {
        var all = new PrunableKernels(graph, magnitude(null));
        return Stream.of("2:4", "1x4", "4x1")
                .map(
                        pattern -> {
                            var fitting = new PrunableKernels(graph, magnitude(pattern));
                            return String.format(
                                    Locale.ROOT,
                                    "%s divides %d of %d kernels (%.0f %% of their weights)",
                                    pattern,
                                    fitting.weights().size(),
                                    all.weights().size(),
                                    100 * share(fitting, all));
                        })
                .collect(Collectors.joining(", ", "Patterns of method: magnitude: ", "."));
    }

    private static double share(PrunableKernels some, PrunableKernels all) {
        return (double) count(some) / Math.max(1, count(all));
    }

    private static long count(PrunableKernels kernels) {
        return kernels.weights().values().stream().mapToLong(of -> of.values().length).sum();
    }

    private static PruneStep magnitude(String pattern) {
        return PruneStep.builder().method(PruneStep.Method.MAGNITUDE).pattern(pattern).build();
    }

    private static List<String> channels(List<ChannelGroups.Group> groups) {
        var advice = new ArrayList<String>();
        advice.add(
                "%d of %d groups of layers have channels that can be removed, %d in all."
                        .formatted(
                                groups.stream().filter(group -> group.removable() > 0).count(),
                                groups.size(),
                                groups.stream().mapToInt(ChannelGroups.Group::removable).sum()));
        groups.stream()
                .filter(group -> !group.reasons().isEmpty())
                .map(PruneAdvice::kept)
                .forEach(advice::add);
        return advice;
    }

    private static String kept(ChannelGroups.Group group) {
        return "%s of %s stay: %s."
                .formatted(
                        group.removable() == 0 ? "All channels" : "Some channels",
                        String.join(", ", group.layers()),
                        String.join("; ", group.reasons()));
    }
}

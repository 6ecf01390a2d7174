package io.pitlane.prune;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelGroups;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.util.ArrayList;
import java.util.List;

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
        KernelWeights.layersLeftAlone(graph)
                .forEach(layers -> advice.add("Left alone: " + layers + "."));
        advice.addAll(channels(ChannelGroups.of(graph)));
        advice.addAll(LowRankMethod.advice(graph));
        advice.add(BlockMethod.advice(graph));
        return new ModelAdvice(advice);
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

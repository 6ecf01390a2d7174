package io.pitlane.model.check;

import io.pitlane.model.channels.ChannelGroups;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.LayerKernel;
import io.pitlane.model.graph.Operations;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.NodeDef;

/** What pruning can do: single weights of which layers, whole channels of which groups. */
final class PruneRemarks {
    private PruneRemarks() {}

    static List<String> of(FlatGraph graph) {
        var remarks = new ArrayList<String>();
        var layers =
                graph.nodes().stream().filter(node -> Operations.of(node).isPrunable()).toList();
        long prunable = layers.stream().filter(node -> hasWeights(graph, node)).count();
        remarks.add(prunable + " layers have constant float32 weights that can be pruned.");
        layers.stream()
                .filter(node -> !hasWeights(graph, node))
                .forEach(
                        node ->
                                remarks.add(
                                        node.getName()
                                                + " has no constant float32 weights: left alone."));
        remarks.addAll(channels(graph));
        return remarks;
    }

    private static boolean hasWeights(FlatGraph graph, NodeDef layer) {
        return LayerKernel.of(graph, layer).isPresent();
    }

    private static List<String> channels(FlatGraph graph) {
        var groups = ChannelGroups.of(graph);
        var remarks = new ArrayList<String>();
        long free = groups.stream().filter(group -> group.removable() > 0).count();
        remarks.add(
                "%d of %d groups of layers have channels that can be removed, %d in all."
                        .formatted(
                                free,
                                groups.size(),
                                groups.stream().mapToInt(ChannelGroups.Group::removable).sum()));
        for (var group : groups) {
            if (!group.reasons().isEmpty()) {
                remarks.add(
                        "%s of %s stay: %s."
                                .formatted(
                                        group.removable() == 0 ? "All channels" : "Some channels",
                                        String.join(", ", group.layers()),
                                        String.join("; ", group.reasons())));
            }
        }
        return remarks;
    }
}

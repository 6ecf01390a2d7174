package io.pitlane.model.check;

import io.pitlane.model.channels.ChannelGroups;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.InferredShapes;
import io.pitlane.model.graph.Operations;
import io.pitlane.model.graph.ResidualBlock;
import io.pitlane.model.graph.ResidualBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Which students distillation can make of a model, and where features can be compared. */
final class DistillRemarks {
    private DistillRemarks() {}

    static List<String> of(FlatGraph graph) {
        var remarks = new ArrayList<String>();
        var groups = ChannelGroups.of(graph).stream().filter(g -> g.removable() > 1).toList();
        remarks.add(
                groups.isEmpty()
                        ? "There is no group of layers that student.width could make narrower."
                        : "%d groups of layers can be made narrower by student.width."
                                .formatted(groups.size()));
        var blocks = ResidualBlocks.of(graph);
        remarks.add(
                blocks.isEmpty()
                        ? "There is no residual block that student.depth could drop."
                        : "%d residual blocks can be dropped by student.depth: %s."
                                .formatted(
                                        blocks.size(),
                                        blocks.stream()
                                                .map(ResidualBlock::name)
                                                .collect(Collectors.joining(", "))));
        var shapes = InferredShapes.of(graph);
        long maps =
                graph.nodes().stream()
                        .filter(node -> Operations.of(node).isConvolution())
                        .filter(node -> shapes.of(node.getName()).numDimensions() == 4)
                        .count();
        remarks.add("%d convolutions give feature maps for hints and attention.".formatted(maps));
        return remarks;
    }
}

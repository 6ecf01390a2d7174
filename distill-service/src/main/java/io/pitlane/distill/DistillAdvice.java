package io.pitlane.distill;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.channels.ChannelGroups;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.operation.ResidualBlock;
import io.pitlane.graph.operation.ResidualBlocks;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.util.List;
import java.util.stream.Collectors;

/** Which students distillation can make of a model, and where features can be compared. */
final class DistillAdvice {
    private DistillAdvice() {}

    static ModelAdvice of(FlatGraph graph) {
        return new ModelAdvice(List.of(width(graph), depth(graph), features(graph)));
    }

    private static String width(FlatGraph graph) {
        long groups = ChannelGroups.of(graph).stream().filter(g -> g.removable() > 1).count();
        return groups == 0
                ? "There is no group of layers that student.width could make narrower."
                : groups + " groups of layers can be made narrower by student.width.";
    }

    private static String depth(FlatGraph graph) {
        var blocks = ResidualBlocks.of(graph);
        return blocks.isEmpty()
                ? "There is no residual block that student.depth could drop."
                : "%d residual blocks can be dropped by student.depth: %s."
                        .formatted(
                                blocks.size(),
                                blocks.stream()
                                        .map(ResidualBlock::name)
                                        .collect(Collectors.joining(", ")));
    }

    private static String features(FlatGraph graph) {
        var shapes = InferredShapes.of(graph);
        long maps =
                graph.nodes().stream()
                        .filter(node -> Operations.of(node).isConvolution())
                        .filter(node -> shapes.of(node.getName()).numDimensions() == 4)
                        .count();
        return maps + " convolutions give feature maps for hints and attention.";
    }
}

package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.footprint.Footprint;
import java.util.List;
import java.util.Map;

/**
 * The multiply-accumulates for one image. Those of a layer are proportional to the size of its
 * kernel along each axis of channels.
 *
 * @param sizes dimensions by the names of inputs that take any size, one image a batch
 */
public record MacsCost(Map<String, long[]> sizes) implements CostModel {

    @Override
    public List<Part> parts(FlatGraph graph, DependencyGraph dependencies) {
        var axes = new WeightAxes(graph, dependencies);
        return Footprint.of(graph, sizes).layers().stream()
                .filter(layer -> layer.macs() > 0)
                .map(
                        layer ->
                                Part.product(
                                        layer.name(),
                                        axes.of(graph.node(layer.name())),
                                        layer.macs()))
                .toList();
    }
}

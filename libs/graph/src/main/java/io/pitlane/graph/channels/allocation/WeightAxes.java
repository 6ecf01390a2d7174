package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.Channels;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.WeightSlice;
import io.pitlane.graph.operation.LayerKernel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/** The channels along the axes of each weight. */
public final class WeightAxes {
    private final FlatGraph graph;
    private final Map<String, List<Channels>> axes = new HashMap<>();

    /** The axes of the weights of a graph. */
    public WeightAxes(FlatGraph graph, DependencyGraph dependencies) {
        this.graph = graph;
        dependencies.slices().stream()
                .sorted(Comparator.comparingInt(slice -> slice.channels().axis()))
                .forEach(this::add);
    }

    private void add(WeightSlice slice) {
        axes.computeIfAbsent(slice.constant(), constant -> new ArrayList<>()).add(slice.channels());
    }

    /** Those of a weight along which channels are indexed, in order; none where there are none. */
    public List<Channels> of(String constant) {
        return axes.getOrDefault(constant, List.of());
    }

    /** Those of a layer's kernel; none where the layer has no constant kernel. */
    public List<Channels> of(NodeDef layer) {
        return LayerKernel.of(graph, layer).map(kernel -> of(kernel.name())).orElse(List.of());
    }
}

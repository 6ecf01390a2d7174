package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.WeightSlice.Role;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * Which channels of a model depend on each other: the groups, and every weight and shape that
 * changes when a channel is removed (Fang et al. 2023, "DepGraph: Towards Any Structural Pruning",
 * section 3).
 */
public final class DependencyGraph {
    private final FlatGraph graph;
    private final ChannelTrace trace;
    private final ChannelCoupling coupling;

    private DependencyGraph(FlatGraph graph) {
        this.graph = graph;
        this.trace = ChannelTrace.of(graph);
        this.coupling = trace.coupling();
    }

    /** The dependencies of a graph. */
    public static DependencyGraph of(FlatGraph graph) {
        return new DependencyGraph(graph);
    }

    /** Every axis of a weight along which channels are indexed. */
    public List<WeightSlice> slices() {
        return trace.slices();
    }

    /** Every element of a shape that equals a number of channels. */
    public List<ChannelCount> counts() {
        return trace.counts();
    }

    /** The representative of the channels coupled to {@code id}. */
    public int root(int id) {
        return coupling.root(id);
    }

    /** The channel at each position along one axis of a tensor; empty where none is traced. */
    public Optional<Channels> channels(TensorRef tensor) {
        return trace.find(tensor);
    }

    /** The channels of each tensor and of each weight axis; at least one of each must stay. */
    public List<Channels> axes() {
        var axes = new ArrayList<>(trace.tensorChannels());
        slices().forEach(slice -> axes.add(slice.channels()));
        return axes;
    }

    /** The groups, in the order of their first layers. */
    public List<ChannelGroup> groups() {
        var together = new ChannelCoupling();
        together.fresh(coupling.size());
        for (var filter : filters()) {
            var ids = filter.channels().ids();
            for (int id : ids) {
                together.unite(new int[] {root(ids[0])}, new int[] {root(id)});
            }
        }
        var byGroup = new LinkedHashMap<Integer, List<WeightSlice>>();
        for (var filter : filters()) {
            int group = together.root(root(filter.channels().ids()[0]));
            byGroup.computeIfAbsent(group, g -> new ArrayList<>()).add(filter);
        }
        return byGroup.values().stream().map(this::group).toList();
    }

    private List<WeightSlice> filters() {
        return slices().stream().filter(slice -> slice.role() == Role.PRODUCES).toList();
    }

    private ChannelGroup group(List<WeightSlice> filters) {
        var channels =
                filters.stream()
                        .flatMapToInt(filter -> Arrays.stream(filter.channels().ids()))
                        .map(this::root)
                        .distinct()
                        .toArray();
        return new ChannelGroup(
                filters.stream().flatMap(f -> layersOf(f).stream()).distinct().toList(),
                filters,
                Arrays.stream(channels).filter(id -> !coupling.isFrozen(id)).toArray(),
                Arrays.stream(channels)
                        .mapToObj(coupling::reason)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList());
    }

    private List<String> layersOf(WeightSlice filter) {
        return readers(filter.constant())
                .filter(TransferRules::isLayer)
                .map(NodeDef::getName)
                .toList();
    }

    /** The nodes that read a constant, as it is or rounded by a fake quantization. */
    private Stream<NodeDef> readers(String constant) {
        return graph.uses(constant).stream()
                .map(FlatGraph.Use::consumer)
                .flatMap(
                        reader ->
                                FakeQuantization.of(graph, reader).isPresent()
                                        ? readers(reader.getName())
                                        : Stream.of(reader));
    }
}

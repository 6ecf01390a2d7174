package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.WeightSlice;
import io.pitlane.graph.channels.dependency.WeightSlice.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The sum of the absolute weights, or of their squares, by which each layer reads a channel (Fang
 * et al. 2023, "DepGraph", section 3.3: the parameters removed with a channel count as a group). A
 * batch norm right behind the reading layer is folded in.
 */
final class ConsumerNorms {
    private final FlatGraph graph;
    private final DependencyGraph dependencies;
    private final FollowingScale scale;
    private final int power;
    private final Map<String, WeightSlice> producers = new HashMap<>();

    /**
     * Norms of the inputs of layers.
     *
     * @param power 1 for absolute weights, 2 for squared ones
     */
    ConsumerNorms(FlatGraph graph, DependencyGraph dependencies, int power) {
        this.graph = graph;
        this.dependencies = dependencies;
        this.scale = new FollowingScale(graph);
        this.power = power;
        dependencies.slices().stream()
                .filter(slice -> slice.role() == Role.PRODUCES)
                .forEach(slice -> producers.put(slice.constant(), slice));
    }

    /** The layers that read channels of a group; one norm for each channel that they read. */
    List<LayerScores> of(ChannelGroup group) {
        var channels = new HashSet<Integer>();
        Arrays.stream(group.removable()).forEach(channels::add);
        return dependencies.slices().stream()
                .filter(slice -> slice.role() == Role.CONSUMES)
                .filter(slice -> roots(slice).anyMatch(channels::contains))
                .map(this::norms)
                .toList();
    }

    private IntStream roots(WeightSlice slice) {
        return Arrays.stream(slice.channels().ids()).map(dependencies::root);
    }

    /** A channel that is read at several positions, as after a flatten, has one norm over all. */
    private LayerScores norms(WeightSlice slice) {
        var roots = roots(slice).toArray();
        var channels = Arrays.stream(roots).distinct().toArray();
        var index = new HashMap<Integer, Integer>();
        for (int channel : channels) {
            index.put(channel, index.size());
        }
        var norms = new double[channels.length];
        var weights = FloatTensor.of(graph.node(slice.constant()));
        var values = weights.values();
        var factors = factors(slice.constant(), weights);
        int inner = FilterNorms.inner(weights, slice.channels().axis());
        for (int i = 0; i < values.length; i++) {
            double weight = Math.abs(values[i] * factors.at(i));
            norms[index.get(roots[i / inner % roots.length])] +=
                    power == 1 ? weight : weight * weight;
        }
        return new LayerScores(channels, norms);
    }

    /** The scale of the output that a weight belongs to. */
    private record OutputScale(float[] factors, int inner) {
        double at(int weight) {
            return factors.length == 0 ? 1 : factors[weight / inner % factors.length];
        }
    }

    private OutputScale factors(String constant, FloatTensor weights) {
        var producer = producers.get(constant);
        if (producer == null) {
            return new OutputScale(new float[0], 1);
        }
        var outputs = producer.channels();
        return new OutputScale(
                scale.of(constant, outputs.length()).orElse(new float[0]),
                FilterNorms.inner(weights, outputs.axis()));
    }
}

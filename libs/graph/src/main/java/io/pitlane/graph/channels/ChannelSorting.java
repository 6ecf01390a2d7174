package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.Channels;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.WeightSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Orders the channels of a layer by how many of the weights that compute them are not 0, the most
 * first. What the model computes does not change, for the weights behind it are reordered likewise;
 * a coder that expects of a channel what it saw in the one before it takes fewer bits.
 */
public final class ChannelSorting {
    private final FlatGraph graph;
    private final DependencyGraph dependencies;

    private ChannelSorting(FlatGraph graph) {
        this.graph = graph;
        this.dependencies = DependencyGraph.of(graph);
    }

    /** The graph with sorted channels, wherever nothing depends on their order. */
    public static FlatGraph byDensity(FlatGraph model) {
        var sorting = new ChannelSorting(VectorUnsharing.apply(model));
        var sources = new HashMap<Integer, Integer>();
        for (var group : sorting.dependencies.groups()) {
            sorting.order(group).ifPresent(sources::putAll);
        }
        return sorting.reordered(sources);
    }

    /** For each channel of a group, the one that takes its place; empty where it must not move. */
    private Optional<Map<Integer, Integer>> order(ChannelGroup group) {
        var roots = roots(group.filters().get(0).channels());
        boolean isFree =
                group.removable().length == roots.length
                        && Arrays.stream(roots).distinct().count() == roots.length
                        && dependencies.axes().stream().allMatch(axis -> isWhole(axis, roots));
        if (!isFree) {
            return Optional.empty();
        }
        var counts = new HashMap<Integer, Integer>();
        group.filters().forEach(filter -> count(filter, counts));
        var sorted = new ArrayList<Integer>();
        Arrays.stream(roots).forEach(sorted::add);
        sorted.sort(Comparator.comparing(root -> -counts.getOrDefault(root, 0)));
        var sources = new HashMap<Integer, Integer>();
        for (int i = 0; i < roots.length; i++) {
            sources.put(roots[i], sorted.get(i));
        }
        return Optional.of(sources);
    }

    private int[] roots(Channels channels) {
        return Arrays.stream(channels.ids()).map(dependencies::root).toArray();
    }

    /** Whether an axis has all of these channels, each equally often, or none. */
    private boolean isWhole(Channels axis, int... roots) {
        var times = new HashMap<Integer, Integer>();
        for (int root : roots(axis)) {
            times.merge(root, 1, Integer::sum);
        }
        return Arrays.stream(roots).map(root -> times.getOrDefault(root, 0)).distinct().count()
                == 1;
    }

    private void count(WeightSlice filter, Map<Integer, Integer> counts) {
        var weight = FloatTensor.of(graph.node(filter.constant()));
        var roots = roots(filter.channels());
        int inner = 1;
        for (int after = filter.channels().axis() + 1; after < weight.rank(); after++) {
            inner *= (int) weight.shape()[after];
        }
        for (int i = 0; i < weight.values().length; i++) {
            if (weight.values()[i] != 0) {
                counts.merge(roots[i / inner % roots.length], 1, Integer::sum);
            }
        }
    }

    private FlatGraph reordered(Map<Integer, Integer> sources) {
        var editor = graph.edit();
        for (var slice : dependencies.slices()) {
            var from = sourcePositions(slice.channels(), sources);
            var weight = FloatTensor.of(editor.node(slice.constant()));
            editor.put(weight.select(slice.channels().axis(), from).toConst(slice.constant()));
        }
        return editor.build();
    }

    /** Where the content of each position comes from: the same occurrence of another channel. */
    private int[] sourcePositions(Channels channels, Map<Integer, Integer> sources) {
        var roots = roots(channels);
        var positions = new HashMap<Integer, List<Integer>>();
        for (int i = 0; i < roots.length; i++) {
            positions.computeIfAbsent(roots[i], root -> new ArrayList<>()).add(i);
        }
        var next = new HashMap<Integer, Integer>();
        var from = new int[roots.length];
        for (int i = 0; i < roots.length; i++) {
            int occurrence = next.merge(roots[i], 1, Integer::sum) - 1;
            from[i] = positions.get(sources.getOrDefault(roots[i], roots[i])).get(occurrence);
        }
        return from;
    }
}

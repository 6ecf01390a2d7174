package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.Channels;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.Set;
import java.util.stream.IntStream;

/** Removes channels from a graph: from every axis of a weight, and from every shape. */
final class ChannelRemoval {
    private final FlatGraph graph;
    private final DependencyGraph dependencies;

    ChannelRemoval(FlatGraph graph, DependencyGraph dependencies) {
        this.graph = graph;
        this.dependencies = dependencies;
    }

    /** The graph without these channels. */
    FlatGraph without(Set<Integer> removed) {
        var editor = graph.edit();
        for (var slice : dependencies.slices()) {
            var keep = positionsKept(slice.channels(), removed);
            if (keep.length < slice.channels().length()) {
                var weight = FloatTensor.of(editor.node(slice.constant()));
                var cut = weight.select(slice.channels().axis(), keep);
                editor.put(cut.toConst(slice.constant()));
            }
        }
        for (var count : dependencies.counts()) {
            int kept = positionsKept(count.counted(), removed).length;
            if (kept != count.element().value()) {
                count.element().replace(editor, kept);
            }
        }
        return editor.build();
    }

    private int[] positionsKept(Channels channels, Set<Integer> removed) {
        var ids = channels.ids();
        return IntStream.range(0, ids.length)
                .filter(position -> !removed.contains(dependencies.root(ids[position])))
                .toArray();
    }
}

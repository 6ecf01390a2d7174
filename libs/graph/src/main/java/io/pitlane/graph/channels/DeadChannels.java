package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.WeightSlice;
import io.pitlane.graph.channels.dependency.WeightSlice.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Removes the channels that no weight reads: whatever they hold, every layer behind them multiplies
 * it by 0. What the model computes does not change. Removing a channel can leave those before it
 * without readers, so this is repeated until none is left.
 */
public final class DeadChannels {
    private DeadChannels() {}

    /**
     * A model without them.
     *
     * @param graph the same graph where there were none
     * @param removed number of channels
     */
    public record Result(FlatGraph graph, int removed) {}

    /** Removes them; the last channel of a tensor stays. */
    public static Result removed(FlatGraph model) {
        var graph = model;
        int removed = 0;
        for (int found = -1; found != 0; removed += found) {
            var unshared = VectorUnsharing.apply(graph);
            var dependencies = DependencyGraph.of(unshared);
            var selection = new ChannelSelection(unshared, dependencies);
            var read = readChannels(unshared, dependencies);
            for (var group : dependencies.groups()) {
                for (int channel : group.removable()) {
                    if (Boolean.FALSE.equals(read.get(channel))) {
                        selection.remove(channel);
                    }
                }
            }
            found = selection.removed().size();
            if (found > 0) {
                graph = new ChannelRemoval(unshared, dependencies).without(selection.removed());
            }
        }
        return new Result(graph, removed);
    }

    /** Whether some weight that reads a channel is not 0, by channel; absent without readers. */
    private static Map<Integer, Boolean> readChannels(
            FlatGraph graph, DependencyGraph dependencies) {
        var read = new HashMap<Integer, Boolean>();
        for (var slice : dependencies.slices()) {
            if (slice.role() == Role.CONSUMES) {
                var positions = nonZeroPositions(graph, slice);
                var ids = slice.channels().ids();
                for (int position = 0; position < ids.length; position++) {
                    read.merge(
                            dependencies.root(ids[position]),
                            positions.contains(position),
                            Boolean::logicalOr);
                }
            }
        }
        return read;
    }

    private static Set<Integer> nonZeroPositions(FlatGraph graph, WeightSlice slice) {
        var weight = FloatTensor.of(graph.node(slice.constant()));
        int axis = slice.channels().axis();
        int inner = 1;
        for (int after = axis + 1; after < weight.rank(); after++) {
            inner *= (int) weight.shape()[after];
        }
        var positions = new HashSet<Integer>();
        for (int i = 0; i < weight.values().length; i++) {
            if (weight.values()[i] != 0) {
                positions.add(i / inner % slice.channels().length());
            }
        }
        return positions;
    }
}

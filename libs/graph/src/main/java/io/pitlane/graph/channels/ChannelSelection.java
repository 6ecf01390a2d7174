package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The channels that are removed: never the last channel of a tensor or weight. */
public final class ChannelSelection {
    private final FlatGraph graph;
    private final DependencyGraph dependencies;
    private final Map<List<String>, String> reasons = new HashMap<>();
    private final Map<Integer, List<Integer>> axesOf = new HashMap<>();
    private final List<Integer> remainingOn = new ArrayList<>();
    private final Set<Integer> removed = new HashSet<>();

    /**
     * Nothing selected yet.
     *
     * @param dependencies of the channels of the graph
     */
    public ChannelSelection(FlatGraph graph, DependencyGraph dependencies) {
        this.graph = graph;
        this.dependencies = dependencies;
        for (var axis : dependencies.axes()) {
            var channels = Arrays.stream(axis.ids()).map(dependencies::root).distinct().toArray();
            for (int channel : channels) {
                axesOf.computeIfAbsent(channel, c -> new ArrayList<>()).add(remainingOn.size());
            }
            remainingOn.add(channels.length);
        }
    }

    /**
     * Removes the lowest-scored channels of one group.
     *
     * @param scores by channel
     * @param wanted number of channels
     * @return how many were removed
     */
    public int remove(ChannelGroup group, Map<Integer, Double> scores, int wanted) {
        int before = removed.size();
        Arrays.stream(group.removable())
                .boxed()
                .sorted(Comparator.comparing(scores::get))
                .forEach(
                        channel -> {
                            if (removed.size() - before < wanted) {
                                remove(channel);
                            }
                        });
        return removed.size() - before;
    }

    /**
     * Removes a channel.
     *
     * @return false where it is the last of a tensor or weight, or is removed already
     */
    public boolean remove(int channel) {
        if (!leavesOthers(channel) || !removed.add(channel)) {
            return false;
        }
        axesOf.get(channel).forEach(axis -> remainingOn.set(axis, remainingOn.get(axis) - 1));
        return true;
    }

    private boolean leavesOthers(int channel) {
        return axesOf.get(channel).stream().allMatch(axis -> remainingOn.get(axis) > 1);
    }

    /** The model before its channels are removed. */
    public FlatGraph graph() {
        return graph;
    }

    /** The dependencies of its channels. */
    public DependencyGraph dependencies() {
        return dependencies;
    }

    /** Says why a group loses nothing, for the notes. */
    public void leave(ChannelGroup group, String reason) {
        reasons.put(group.layers(), reason);
    }

    /** Why a group loses nothing; empty where nothing was said. */
    Optional<String> reasonToLeave(ChannelGroup group) {
        return Optional.ofNullable(reasons.get(group.layers()));
    }

    /** The channels chosen so far. */
    public Set<Integer> removed() {
        return Set.copyOf(removed);
    }
}

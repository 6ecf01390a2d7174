package io.pitlane.graph.channels;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the channels to remove: of each group the lowest-scored {@code ratio}, but never the last
 * channel of a tensor or weight.
 */
final class ChannelSelection {
    private final Map<Integer, List<Integer>> axesOf = new HashMap<>();
    private final List<Integer> remainingOn = new ArrayList<>();
    private final Set<Integer> removed = new HashSet<>();

    ChannelSelection(DependencyGraph dependencies) {
        for (var axis : dependencies.axes()) {
            var channels = Arrays.stream(axis.ids()).map(dependencies::root).distinct().toArray();
            for (int channel : channels) {
                axesOf.computeIfAbsent(channel, c -> new ArrayList<>()).add(remainingOn.size());
            }
            remainingOn.add(channels.length);
        }
    }

    /**
     * Removes channels of one group.
     *
     * @param ratio share of the removable channels, 0..1; rounded to whole channels
     * @return how many were removed
     */
    int remove(ChannelGroup group, Map<Integer, Double> scores, double ratio) {
        long wanted = Math.round(group.removable().length * ratio);
        int before = removed.size();
        Arrays.stream(group.removable())
                .boxed()
                .sorted(Comparator.comparing(scores::get))
                .forEach(
                        channel -> {
                            if (removed.size() - before < wanted && leavesOthers(channel)) {
                                removed.add(channel);
                                axesOf.get(channel)
                                        .forEach(a -> remainingOn.set(a, remainingOn.get(a) - 1));
                            }
                        });
        return removed.size() - before;
    }

    private boolean leavesOthers(int channel) {
        return axesOf.get(channel).stream().allMatch(axis -> remainingOn.get(axis) > 1);
    }

    /** The channels chosen so far. */
    Set<Integer> removed() {
        return Set.copyOf(removed);
    }
}

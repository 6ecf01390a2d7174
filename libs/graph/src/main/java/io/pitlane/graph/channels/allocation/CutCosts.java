package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.Channels;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The cost of a model after any cut, as a function of how many channels each group loses in the
 * order of its ranking. A change of one group evaluates only the parts that have channels of it.
 */
public final class CutCosts {
    private final List<CountedPart> parts;
    private final List<List<CountedPart>> partsOf;

    /**
     * The costs of cutting a graph.
     *
     * @param groups of the graph; a cut is an array with a number for each of them
     */
    public CutCosts(
            CostModel model,
            FlatGraph graph,
            DependencyGraph dependencies,
            List<RankedGroup> groups) {
        var ranks = new HashMap<Integer, Rank>();
        for (int g = 0; g < groups.size(); g++) {
            var order = groups.get(g).order();
            for (int i = 0; i < order.length; i++) {
                ranks.put(order[i], new Rank(g, i));
            }
        }
        this.parts =
                model.parts(graph, dependencies).stream()
                        .map(part -> CountedPart.of(part, dependencies, groups, ranks))
                        .toList();
        this.partsOf =
                IntStream.range(0, groups.size())
                        .mapToObj(group -> parts.stream().filter(part -> part.has(group)).toList())
                        .toList();
    }

    /** Where a channel stands: its group, and its position in the group's order. */
    private record Rank(int group, int position) {}

    /**
     * The cost of the whole model.
     *
     * @param removed channels removed from each group
     */
    public double of(int[] removed) {
        return parts.stream().mapToDouble(part -> part.cost(removed)).sum();
    }

    /**
     * How much the cost changes when another number of channels is removed from one group.
     *
     * @param removed channels removed from each group; the same when this returns
     */
    public double change(int[] removed, int group, int to) {
        int from = removed[group];
        double change = 0;
        for (var part : partsOf.get(group)) {
            change -= part.cost(removed);
            removed[group] = to;
            change += part.cost(removed);
            removed[group] = from;
        }
        return change;
    }

    /** A part, with the positions that each group takes from its axes. */
    private record CountedPart(CostModel.Part part, List<CountedAxis> axes) {

        static CountedPart of(
                CostModel.Part part,
                DependencyGraph dependencies,
                List<RankedGroup> groups,
                Map<Integer, Rank> ranks) {
            return new CountedPart(
                    part,
                    part.axes().stream()
                            .map(axis -> CountedAxis.of(axis, dependencies, groups, ranks))
                            .toList());
        }

        boolean has(int group) {
            return axes.stream().anyMatch(axis -> axis.has(group));
        }

        double cost(int[] removed) {
            var left = new int[axes.size()];
            for (int i = 0; i < left.length; i++) {
                left[i] = axes.get(i).left(removed);
            }
            return part.cost().applyAsDouble(left);
        }
    }

    /**
     * An axis.
     *
     * @param length of the uncut axis
     * @param groups that have channels along it
     * @param taken for each of these groups: the positions lost, by the number of its channels
     *     removed
     */
    private record CountedAxis(int length, int[] groups, int[][] taken) {

        static CountedAxis of(
                Channels axis,
                DependencyGraph dependencies,
                List<RankedGroup> groups,
                Map<Integer, Rank> ranks) {
            var byGroup = new HashMap<Integer, int[]>();
            for (int id : axis.ids()) {
                var rank = ranks.get(dependencies.root(id));
                if (rank != null) {
                    int channels = groups.get(rank.group()).order().length;
                    byGroup.computeIfAbsent(rank.group(), g -> new int[channels + 1])[
                            rank.position() + 1]++;
                }
            }
            byGroup.values().forEach(counts -> Arrays.parallelPrefix(counts, Integer::sum));
            var present = new ArrayList<>(byGroup.keySet());
            return new CountedAxis(
                    axis.length(),
                    present.stream().mapToInt(Integer::intValue).toArray(),
                    present.stream().map(byGroup::get).toArray(int[][]::new));
        }

        boolean has(int group) {
            return Arrays.stream(groups).anyMatch(each -> each == group);
        }

        int left(int[] removed) {
            int left = length;
            for (int i = 0; i < groups.length; i++) {
                left -= taken[i][removed[groups[i]]];
            }
            return left;
        }
    }
}

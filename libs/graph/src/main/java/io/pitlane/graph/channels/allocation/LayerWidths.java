package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.Arrays;
import java.util.HashMap;

/** How many channels each layer of a group keeps when the first of an order are removed. */
final class LayerWidths {
    private final int[][] widths;

    /**
     * The widths of the group's layers.
     *
     * @param order in which channels are removed
     */
    LayerWidths(ChannelGroup group, int[] order, DependencyGraph dependencies) {
        this.widths =
                group.filters().stream()
                        .map(filter -> widths(filter.channels().ids(), order, dependencies))
                        .toArray(int[][]::new);
    }

    private static int[] widths(int[] ids, int[] order, DependencyGraph dependencies) {
        var positions = new HashMap<Integer, Integer>();
        Arrays.stream(ids).forEach(id -> positions.merge(dependencies.root(id), 1, Integer::sum));
        var widths = new int[order.length + 1];
        widths[0] = ids.length;
        for (int i = 0; i < order.length; i++) {
            widths[i + 1] = widths[i] - positions.getOrDefault(order[i], 0);
        }
        return widths;
    }

    /** Whether every layer that loses channels keeps a multiple of a number. */
    boolean areMultiples(int removed, int of) {
        return Arrays.stream(widths)
                .filter(width -> width[removed] < width[0])
                .allMatch(width -> width[removed] % of == 0);
    }
}

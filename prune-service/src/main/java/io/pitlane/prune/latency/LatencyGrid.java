package io.pitlane.prune.latency;

import java.util.function.ToDoubleFunction;

/**
 * The latency of a layer by its numbers of channels: measured on a grid, in between interpolated
 * linearly along each axis.
 *
 * @param points of each axis, ascending
 * @param millis at the points, the last axis fastest
 */
record LatencyGrid(int[][] points, double[] millis) {
    /**
     * The points, as shares of all channels. Kernels compute blocks of channels, so the latency
     * rises in steps. Most points are no multiples of a block, like most widths of cut layers; 50
     * and 55 % are on both sides of the step at half of the channels.
     */
    private static final double[] SHARES = {0.15, 0.3, 0.5, 0.55, 0.8, 1};

    /**
     * Measures the points of a grid.
     *
     * @param sizes all channels along each axis; none for a single point
     * @param unit the points are multiples of this, or all channels
     * @param measured milliseconds for numbers of channels
     */
    static LatencyGrid of(int[] sizes, int unit, ToDoubleFunction<int[]> measured) {
        var grid = ChannelGrid.of(sizes, unit, SHARES);
        return new LatencyGrid(grid.points(), grid.measured(measured));
    }

    /** Milliseconds for numbers of channels; not negative. */
    double at(int[] channels) {
        return Math.max(0, at(channels, 0, 0));
    }

    private double at(int[] channels, int axis, int index) {
        if (axis == points.length) {
            return millis[index];
        }
        var along = points[axis];
        if (along.length == 1) {
            return at(channels, axis + 1, index);
        }
        int cell = 0;
        while (cell < along.length - 2 && channels[axis] > along[cell + 1]) {
            cell++;
        }
        double low = at(channels, axis + 1, index * along.length + cell);
        double high = at(channels, axis + 1, index * along.length + cell + 1);
        double share = (double) (channels[axis] - along[cell]) / (along[cell + 1] - along[cell]);
        return low + share * (high - low);
    }
}

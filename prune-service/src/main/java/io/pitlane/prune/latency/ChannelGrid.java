package io.pitlane.prune.latency;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The numbers of channels for which a layer is measured: all combinations of some along each axis.
 *
 * @param points of each axis, ascending, the last one all channels
 */
record ChannelGrid(int[][] points) {

    /**
     * A grid of all channels, and as near to shares of them as multiples of a unit are.
     *
     * @param sizes all channels along each axis; none for a single point
     * @param unit the points are multiples of this, or all channels
     * @param shares of all channels, ascending
     */
    static ChannelGrid of(int[] sizes, int unit, double... shares) {
        return new ChannelGrid(
                Arrays.stream(sizes)
                        .mapToObj(size -> points(size, unit, shares))
                        .toArray(int[][]::new));
    }

    private static int[] points(int size, int unit, double... shares) {
        var cut =
                Arrays.stream(shares)
                        .mapToInt(share -> (int) Math.max(1, Math.round(share * size / unit)))
                        .map(units -> units * unit)
                        .filter(point -> point < size);
        return IntStream.concat(cut, IntStream.of(size)).distinct().toArray();
    }

    /** The numbers of channels of each combination, the last axis fastest. */
    int[][] combinations() {
        int count = Arrays.stream(points).mapToInt(axis -> axis.length).reduce(1, (a, b) -> a * b);
        return IntStream.range(0, count).mapToObj(this::combination).toArray(int[][]::new);
    }

    private int[] combination(int index) {
        var channels = new int[points.length];
        int rest = index;
        for (int axis = points.length - 1; axis >= 0; axis--) {
            channels[axis] = points[axis][rest % points[axis].length];
            rest /= points[axis].length;
        }
        return channels;
    }

    /** What is measured for each combination, the last axis fastest. */
    double[] measured(ToDoubleFunction<int[]> measurement) {
        return Arrays.stream(combinations()).mapToDouble(measurement).toArray();
    }
}

package io.pitlane.prune.latency;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The latency of a layer by its numbers of channels: measured on a grid, to which the function
 * {@code a + b in + c out + d in out} without negative coefficients is fitted, with the least
 * squared error over the time. A layer with more channels is never predicted to be faster, whatever
 * other processes did while it was measured. For engines whose kernels compute blocks of channels
 * and cuts that keep whole blocks; others rise in steps, which a {@link LatencyGrid} follows.
 *
 * @param sizes all channels along each axis
 * @param coefficients milliseconds of all channels, of the constant, of the first axis, of the
 *     second, of their product: bit i of an index says that axis i is a factor
 */
record LatencyFit(int[] sizes, double[] coefficients) {
    /**
     * The points, as shares of all channels. Powers of two, which kernels are fastest for, are as
     * rare among them as in cut models.
     */
    private static final double[] SHARES = {0.2, 0.35, 0.6, 0.85, 1};

    /** Shorter times are no more exact than those of this share of the longest. */
    private static final double LEAST = 0.1;

    private static final int ROUNDS = 3000;

    /**
     * Measures the points of a grid.
     *
     * @param sizes all channels along each axis; none for a single point
     * @param unit the points are multiples of this, or all channels
     * @param measured milliseconds for numbers of channels, not negative
     */
    static LatencyFit of(int[] sizes, int unit, ToDoubleFunction<int[]> measured) {
        var grid = ChannelGrid.of(sizes, unit, SHARES);
        var factors =
                IntStream.range(0, 1 << sizes.length)
                        .filter(factor -> isVaried(factor, grid.points()))
                        .toArray();
        var millis = grid.measured(measured);
        return new LatencyFit(sizes, fitted(sizes, grid.combinations(), millis, factors));
    }

    /** Whether each axis of a factor has several points. */
    private static boolean isVaried(int factor, int[][] points) {
        return IntStream.range(0, points.length)
                .filter(axis -> (factor >> axis & 1) == 1)
                .allMatch(axis -> points[axis].length > 1);
    }

    /**
     * Least squares without negative coefficients, one coefficient after the other (Franc et al.
     * 2005, "Sequential Coordinate-Wise Algorithm for the Non-negative Least Squares Problem").
     */
    private static double[] fitted(int[] sizes, int[][] channels, double[] millis, int[] factors) {
        var coefficients = new double[1 << sizes.length];
        double longest = Arrays.stream(millis).max().orElse(0);
        if (longest == 0) {
            return coefficients;
        }
        var rest = millis.clone();
        for (int round = 0; round < ROUNDS; round++) {
            for (int factor : factors) {
                double slope = 0;
                double curvature = 0;
                for (int i = 0; i < rest.length; i++) {
                    double value = value(factor, sizes, channels[i]);
                    double weight = 1 / Math.max(millis[i], LEAST * longest);
                    slope += weight * value * rest[i];
                    curvature += weight * value * value;
                }
                double step = Math.max(-coefficients[factor], slope / curvature);
                coefficients[factor] += step;
                for (int i = 0; i < rest.length; i++) {
                    rest[i] -= step * value(factor, sizes, channels[i]);
                }
            }
        }
        return coefficients;
    }

    /** The product of the shares of the channels along the axes of a factor. */
    private static double value(int factor, int[] sizes, int[] channels) {
        double value = 1;
        for (int axis = 0; axis < sizes.length; axis++) {
            value *= (factor >> axis & 1) == 1 ? (double) channels[axis] / sizes[axis] : 1;
        }
        return value;
    }

    /** Milliseconds for numbers of channels; not negative. */
    double at(int[] channels) {
        double millis = 0;
        for (int factor = 0; factor < coefficients.length; factor++) {
            millis += coefficients[factor] * value(factor, sizes, channels);
        }
        return millis;
    }
}

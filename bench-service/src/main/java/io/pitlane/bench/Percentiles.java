package io.pitlane.bench;

import java.util.Arrays;

/**
 * Percentiles of a sample, interpolated linearly between the two nearest values: the rank of
 * percentile {@code p} among {@code n} sorted values is {@code p/100 * (n - 1)}, from 0 (Hyndman
 * and Fan, "Sample Quantiles in Statistical Packages", 1996, type 7; what NumPy does).
 */
final class Percentiles {
    private final double[] sorted;

    private Percentiles(double[] sorted) {
        this.sorted = sorted;
    }

    /**
     * The percentiles of these values, in any order.
     *
     * @throws IllegalArgumentException when there are no values
     */
    static Percentiles of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("percentiles need at least one value");
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted);
    }

    /** The value that {@code percent} of the sample, 0..100, do not exceed. */
    double at(double percent) {
        double rank = percent / 100 * (sorted.length - 1);
        int below = (int) Math.floor(rank);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }

    /** As {@link #at}; null for a sample of fewer than {@code least} values. */
    Double ifEnough(double percent, int least) {
        return sorted.length < least ? null : Double.valueOf(at(percent));
    }

    /** The 50th percentile. */
    double median() {
        return at(50);
    }
}

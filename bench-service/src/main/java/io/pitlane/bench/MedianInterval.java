package io.pitlane.bench;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The 95 % confidence interval of the median of a series, by the circular block bootstrap (Politis
 * and Romano, "A circular block-resampling procedure for stationary data", 1992): the median is
 * computed again for resamples of the series, each put together from blocks of successive values.
 * The interval spans the middle 95 % of these medians.
 *
 * <p>Blocks keep the correlation of values that follow one another, as those of rounds on a machine
 * that is disturbed for a while. Their length is the cube root of that of the series (Hall,
 * Horowitz and Jing, "On blocking rules for the bootstrap with dependent data", 1995). A short
 * series is resampled value by value, because few blocks vary too little.
 *
 * <p>The same series gives the same interval.
 *
 * @param low lower limit
 * @param high upper limit
 */
record MedianInterval(double low, double high) {
    private static final int RESAMPLES = 2000;
    private static final int LEAST_FOR_BLOCKS = 100;
    private static final long SEED = 95;

    /**
     * The interval of these values, in the order in which they were measured.
     *
     * @throws IllegalArgumentException when there are no values
     */
    static MedianInterval of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("an interval needs at least one value");
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        var ranks = ranks(values);
        var random = new SplittableRandom(SEED);
        var medians = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            medians[i] = median(resample(ranks, random), sorted);
        }
        var resampled = Percentiles.of(medians);
        return new MedianInterval(resampled.at(2.5), resampled.at(97.5));
    }

    private static int[] ranks(double[] values) {
        var byValue =
                IntStream.range(0, values.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> values[i]))
                        .toList();
        var ranks = new int[values.length];
        for (int rank = 0; rank < ranks.length; rank++) {
            ranks[byValue.get(rank)] = rank;
        }
        return ranks;
    }

    /** How often each rank occurs in a resample. */
    private static int[] resample(int[] ranks, SplittableRandom random) {
        int length = ranks.length;
        int block = length < LEAST_FOR_BLOCKS ? 1 : (int) Math.round(Math.cbrt(length));
        var counts = new int[length];
        int at = 0;
        for (int drawn = 0; drawn < length; drawn++) {
            at = drawn % block == 0 ? random.nextInt(length) : (at + 1) % length;
            counts[ranks[at]]++;
        }
        return counts;
    }

    private static double median(int[] counts, double[] sorted) {
        int length = sorted.length;
        return (at((length - 1) / 2, counts, sorted) + at(length / 2, counts, sorted)) / 2;
    }

    /** The value at a position, from 0, of the resample in ascending order. */
    private static double at(int position, int[] counts, double[] sorted) {
        int rank = 0;
        for (int seen = counts[0]; seen <= position; seen += counts[rank]) {
            rank++;
        }
        return sorted[rank];
    }
}

package io.pitlane.quantize;

import java.util.Arrays;

/**
 * A histogram of values, positive and negative apart, whose range grows with the values: when one
 * is outside, bins are merged in pairs until it is inside. The counts do not depend on the order of
 * the values.
 *
 * <p>Values of exactly 0 are counted apart: every quantization represents them.
 *
 * <p>Not thread-safe.
 */
final class ValueHistogram {
    /** Bins on each side of 0. */
    static final int BINS = 8192;

    private final long[] positive = new long[BINS];
    private final long[] negative = new long[BINS];
    private float width;
    private long zeros;
    private long total;
    private float largest;

    /** Counts every value; with one that is not finite, {@link #largest()} is not finite either. */
    void add(float[] values) {
        float top = largest;
        for (float value : values) {
            top = Math.max(top, Math.abs(value));
        }
        largest = top;
        if (Float.isFinite(top)) {
            widenTo(top);
            for (float value : values) {
                count(value);
            }
            total += values.length;
        }
    }

    private void count(float value) {
        if (value == 0) {
            zeros++;
        } else {
            int bin = Math.min(BINS - 1, (int) (Math.abs(value) / width));
            (value > 0 ? positive : negative)[bin]++;
        }
    }

    /** The largest absolute value. */
    float largest() {
        return largest;
    }

    /** The width of a bin; 0 without values other than 0. */
    float width() {
        return width;
    }

    /** How many values from {@code bin * width} on, one width, are positive. */
    long positive(int bin) {
        return positive[bin];
    }

    /** How many values have such a magnitude and are negative. */
    long negative(int bin) {
        return negative[bin];
    }

    /** How many values other than 0 have a magnitude in each bin, up to the largest. */
    long[] magnitudes() {
        int used = width == 0 ? 0 : Math.min(BINS, (int) (largest / width) + 1);
        var magnitudes = new long[used];
        Arrays.setAll(magnitudes, bin -> positive[bin] + negative[bin]);
        return magnitudes;
    }

    /**
     * The absolute value that so many percent of the values do not exceed.
     *
     * @param percent 0..100
     */
    float percentile(double percent) {
        long wanted = (long) Math.ceil(total * percent / 100);
        long counted = zeros;
        for (int bin = 0; bin < BINS; bin++) {
            counted += positive[bin] + negative[bin];
            if (counted >= wanted) {
                return Math.min(largest, (bin + 1) * width);
            }
        }
        return largest;
    }

    private void widenTo(float top) {
        if (width == 0 && top > 0) {
            // A power of two, so that the bins do not depend on the first value.
            width = Math.scalb(1f, Math.getExponent(top) + 1) / BINS;
        }
        while (top >= width * BINS && top > 0) {
            merge(positive);
            merge(negative);
            width *= 2;
        }
    }

    private static void merge(long[] counts) {
        for (int bin = 0; bin < BINS / 2; bin++) {
            counts[bin] = counts[2 * bin] + counts[2 * bin + 1];
        }
        Arrays.fill(counts, BINS / 2, BINS, 0);
    }
}

package io.pitlane.quantize;

import java.util.Arrays;

/**
 * A histogram of absolute values whose range grows with the values: when one is outside, bins are
 * merged in pairs until it is inside. The counts do not depend on the order of the values.
 *
 * <p>Not thread-safe.
 */
final class AbsHistogram {
    private static final int BINS = 8192;

    private final long[] counts = new long[BINS];
    private float width;
    private long total;
    private float largest;

    /** Counts every value; with one that is not finite, {@link #largest()} is not finite either. */
    void add(float[] values) {
        float top = largest;
        for (float value : values) {
            top = Math.max(top, Math.abs(value));
        }
        largest = top;
        if (Float.isFinite(top) && top > 0) {
            widenTo(top);
            for (float value : values) {
                counts[Math.min(BINS - 1, (int) (Math.abs(value) / width))]++;
            }
            total += values.length;
        }
    }

    /** The largest absolute value. */
    float largest() {
        return largest;
    }

    /**
     * The absolute value that so many percent of the values do not exceed.
     *
     * @param percent 0..100
     */
    float percentile(double percent) {
        long wanted = (long) Math.ceil(total * percent / 100);
        long counted = 0;
        for (int bin = 0; bin < BINS; bin++) {
            counted += counts[bin];
            if (counted >= wanted) {
                return Math.min(largest, (bin + 1) * width);
            }
        }
        return largest;
    }

    private void widenTo(float top) {
        if (width == 0) {
            // A power of two, so that the bins do not depend on the first value.
            width = Math.scalb(1f, Math.getExponent(top) + 1) / BINS;
        }
        while (top >= width * BINS) {
            for (int bin = 0; bin < BINS / 2; bin++) {
                counts[bin] = counts[2 * bin] + counts[2 * bin + 1];
            }
            Arrays.fill(counts, BINS / 2, BINS, 0);
            width *= 2;
        }
    }
}

package io.pitlane.quantize;

/**
 * The magnitude at which clipping changes the distribution of a tensor's values least: of all
 * thresholds, the one whose quantized distribution has the smallest Kullback-Leibler divergence
 * from that of the clipped values (Migacz, 8-bit Inference with TensorRT, 2017, "Entropy
 * calibration - pseudocode").
 *
 * <p>Values of 0, which every quantization represents, do not count.
 */
final class EntropyThreshold {
    private static final int BINS = 2048;
    private static final int LEVELS_OF_UNSIGNED = 256;
    private static final int LEVELS_OF_SIGNED = 128;

    private EntropyThreshold() {}

    /**
     * The threshold, at most the largest magnitude.
     *
     * @param range from the lowest to the highest value
     */
    static float of(ValueHistogram histogram, Range range) {
        int merged = ValueHistogram.BINS / BINS;
        var counts = merged(histogram.magnitudes(), merged);
        int levels = range.nonNegative() ? LEVELS_OF_UNSIGNED : LEVELS_OF_SIGNED;
        int best = counts.length;
        double least = Double.POSITIVE_INFINITY;
        for (int bins = levels; bins <= counts.length; bins++) {
            double divergence = divergence(counts, bins, levels);
            if (divergence < least) {
                least = divergence;
                best = bins;
            }
        }
        return Math.min(histogram.largest(), best * merged * histogram.width());
    }

    private static long[] merged(long[] counts, int merged) {
        var sums = new long[(counts.length + merged - 1) / merged];
        for (int bin = 0; bin < counts.length; bin++) {
            sums[bin / merged] += counts[bin];
        }
        return sums;
    }

    /**
     * The divergence of the quantized distribution from the clipped one.
     *
     * @param counts values in each bin
     * @param bins how many bins are kept; the values beyond fall into the last of them
     * @param levels how many levels represent the kept bins
     * @return in nats; infinite where values fall into a bin that no level represents
     */
    static double divergence(long[] counts, int bins, int levels) {
        long kept = sum(counts, 0, bins);
        long outliers = sum(counts, bins, counts.length);
        double divergence = 0;
        for (int level = 0; level < levels; level++) {
            int from = (int) ((long) level * bins / levels);
            int to = (int) ((long) (level + 1) * bins / levels);
            long values = sum(counts, from, to);
            double each = (double) values / kept / Math.max(1, occupied(counts, from, to));
            for (int bin = from; bin < to; bin++) {
                long clipped = counts[bin] + (bin == bins - 1 ? outliers : 0);
                if (clipped > 0) {
                    double share = (double) clipped / (kept + outliers);
                    divergence +=
                            counts[bin] == 0
                                    ? Double.POSITIVE_INFINITY
                                    : share * Math.log(share / each);
                }
            }
        }
        return divergence;
    }

    private static long sum(long[] counts, int from, int to) {
        long sum = 0;
        for (int bin = from; bin < to; bin++) {
            sum += counts[bin];
        }
        return sum;
    }

    private static int occupied(long[] counts, int from, int to) {
        int occupied = 0;
        for (int bin = from; bin < to; bin++) {
            occupied += counts[bin] > 0 ? 1 : 0;
        }
        return occupied;
    }
}

package io.pitlane.quantize;

import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;
import java.util.function.Function;

/**
 * The range with the least mean squared error of a tensor's quantized values, by their histogram.
 *
 * <p>The error is not convex in the ends of the range. Both ends are first clipped at one
 * magnitude, then each by itself, in geometric steps and in finer ones about the best.
 */
final class LeastSquaresRange {
    private static final int STEPS = 64;
    private static final double STEP = Math.pow(2, -1.0 / 8);
    private static final int FINE_STEPS = 10;
    private static final double FINE_STEP = Math.pow(STEP, 1.0 / FINE_STEPS);
    private static final int ROUNDS = 2;

    private final float[] values;
    private final long[] counts;
    private final Function<Range, Quantization> quantization;
    private Range best;
    private double least;

    /**
     * A search.
     *
     * @param quantization that a range leads to
     */
    LeastSquaresRange(ValueHistogram histogram, Function<Range, Quantization> quantization) {
        this.quantization = quantization;
        var values = new float[2 * ValueHistogram.BINS];
        var counts = new long[values.length];
        int used = 0;
        for (int bin = 0; bin < ValueHistogram.BINS; bin++) {
            float middle = (bin + 0.5f) * histogram.width();
            if (histogram.positive(bin) > 0) {
                values[used] = middle;
                counts[used++] = histogram.positive(bin);
            }
            if (histogram.negative(bin) > 0) {
                values[used] = -middle;
                counts[used++] = histogram.negative(bin);
            }
        }
        this.values = Arrays.copyOf(values, used);
        this.counts = Arrays.copyOf(counts, used);
    }

    /**
     * The best range inside of another.
     *
     * @param all from the lowest to the highest value
     */
    Range of(Range all) {
        best = all;
        least = error(all, Double.POSITIVE_INFINITY);
        search(all.magnitude(), all.magnitude(), all::clipped);
        if (all.min() < 0 && all.max() > 0) {
            for (int round = 0; round < ROUNDS; round++) {
                search(all.max(), best.max(), max -> new Range(best.min(), max));
                search(-all.min(), -best.min(), below -> new Range(-below, best.max()));
            }
        }
        return best;
    }

    private void search(float largest, float current, Function<Float, Range> ranges) {
        double magnitude = largest;
        double nearest = current;
        for (int step = 0; step < STEPS; step++) {
            nearest = tryRange(ranges.apply((float) magnitude)) ? magnitude : nearest;
            magnitude *= STEP;
        }
        for (int step = -FINE_STEPS; step <= FINE_STEPS; step++) {
            double finer = Math.min(largest, nearest * Math.pow(FINE_STEP, step));
            tryRange(ranges.apply((float) finer));
        }
    }

    private boolean tryRange(Range range) {
        double error = error(range, least);
        boolean isBetter = error < least;
        if (isBetter) {
            least = error;
            best = range;
        }
        return isBetter;
    }

    /** The sum of squared errors; any larger number where it exceeds the limit. */
    private double error(Range range, double limit) {
        var grid = quantization.apply(range);
        double error = 0;
        // The largest magnitudes, which have the largest errors, come last.
        for (int i = values.length - 1; i >= 0 && error <= limit; i--) {
            double difference = values[i] - grid.dequantize(grid.quantize(values[i], 0), 0);
            error += counts[i] * difference * difference;
        }
        return error;
    }
}

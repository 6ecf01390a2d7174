package io.pitlane.quantize;

import io.pitlane.contract.quantization.Calibration.RangeMethod;

/** The extremes and the histogram of one tensor's values. Not thread-safe. */
final class ActivationStatistics {
    /** How much of a moving average remains after a batch. */
    private static final float DECAY = 0.9f;

    private final ValueHistogram histogram = new ValueHistogram();
    private final ActivationQuantization quantization;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private Range average;

    /**
     * Of no values yet.
     *
     * @param quantization that a range leads to
     */
    ActivationStatistics(ActivationQuantization quantization) {
        this.quantization = quantization;
    }

    /** Adds the values for a batch of images. */
    void add(float[] values) {
        float lowest = Float.POSITIVE_INFINITY;
        float highest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
        }
        min = Math.min(min, lowest);
        max = Math.max(max, highest);
        average =
                average == null
                        ? new Range(lowest, highest)
                        : new Range(
                                averaged(average.min(), lowest), averaged(average.max(), highest));
        histogram.add(values);
    }

    private static float averaged(float before, float now) {
        return DECAY * before + (1 - DECAY) * now;
    }

    /** The range from the lowest to the highest value. */
    Range minMax() {
        return new Range(min, max);
    }

    /** The range by a method; from the lowest to the highest value where one is not finite. */
    Range range(RangeMethod options) {
        if (!minMax().finite()) {
            return minMax();
        }
        return switch (options.method()) {
            case MIN_MAX -> minMax();
            case MOVING_AVERAGE -> average;
            case PERCENTILE -> minMax().clipped(histogram.percentile(options.percentile()));
            case ENTROPY -> minMax().clipped(EntropyThreshold.of(histogram, minMax()));
            case MSE -> new LeastSquaresRange(histogram, quantization::of).of(minMax());
        };
    }
}

package io.pitlane.quantize;

import io.pitlane.contract.quantization.Calibration;

/** The minimum, maximum and histogram of one tensor's values. Not thread-safe. */
final class ActivationStatistics {
    private final AbsHistogram histogram = new AbsHistogram();
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;

    void add(float[] values) {
        for (float value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        histogram.add(values);
    }

    /** The range from the lowest to the highest value. */
    Range minMax() {
        return new Range(min, max);
    }

    /** The range by the configured method. */
    Range range(Calibration options) {
        return switch (options.method()) {
            case MIN_MAX -> minMax();
            case PERCENTILE -> clipped(histogram.percentile(options.percentile()));
        };
    }

    private Range clipped(float magnitude) {
        return minMax().finite()
                ? new Range(Math.max(min, -magnitude), Math.min(max, magnitude))
                : minMax();
    }
}

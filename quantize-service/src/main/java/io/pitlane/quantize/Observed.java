package io.pitlane.quantize;

import io.pitlane.contract.QuantizeStep.Calibration;

/** What was seen of one tensor. Not thread-safe. */
final class Observed {
    private final Magnitudes magnitudes = new Magnitudes();
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;

    void add(float[] values) {
        for (float value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        magnitudes.add(values);
    }

    /** From the lowest to the highest value seen. */
    Range minMax() {
        return new Range(min, max);
    }

    /** What the method makes of the values seen. */
    Range range(Calibration options) {
        return switch (options.method()) {
            case MIN_MAX -> minMax();
            case PERCENTILE -> clipped(magnitudes.percentile(options.percentile()));
        };
    }

    private Range clipped(float magnitude) {
        return minMax().finite()
                ? new Range(Math.max(min, -magnitude), Math.min(max, magnitude))
                : minMax();
    }
}

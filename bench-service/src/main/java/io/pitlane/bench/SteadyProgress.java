package io.pitlane.bench;

import io.pitlane.pipeline.stage.ProgressListener;

/**
 * Passes on progress within one part of the work, and no more often than it changes by a percent of
 * the whole: the clock ticks thousands of times a second.
 */
final class SteadyProgress implements ProgressListener {
    private static final double LEAST_CHANGE = 0.01;

    private final ProgressListener whole;
    private final double from;
    private final double to;
    private double told = Double.NEGATIVE_INFINITY;

    /** Stands for the part of the whole between two fractions, 0..1. */
    SteadyProgress(ProgressListener whole, double from, double to) {
        this.whole = whole;
        this.from = from;
        this.to = to;
    }

    @Override
    public void at(double fraction, String message) {
        double now = from + fraction * (to - from);
        if (now - told >= LEAST_CHANGE) {
            told = now;
            whole.at(now, message);
        }
    }

    /** Share {@code index} of {@code count} equal ones of this part. */
    SteadyProgress share(int index, int count) {
        double width = (to - from) / count;
        return new SteadyProgress(whole, from + index * width, from + (index + 1) * width);
    }
}

package io.pitlane.bench;

import io.pitlane.pipeline.stage.ProgressListener;

/**
 * Reports progress within one part of the work, at most once for each percent of the whole: the
 * latency benchmark reports thousands of times a second.
 */
final class ThrottledProgress implements ProgressListener {
    private static final double LEAST_CHANGE = 0.01;

    private final ProgressListener whole;
    private final double from;
    private final double to;
    private double reported = Double.NEGATIVE_INFINITY;

    /** Progress of the part of the whole between two fractions, 0..1. */
    ThrottledProgress(ProgressListener whole, double from, double to) {
        this.whole = whole;
        this.from = from;
        this.to = to;
    }

    @Override
    public void at(double fraction, String message) {
        double current = from + fraction * (to - from);
        if (current - reported >= LEAST_CHANGE) {
            reported = current;
            whole.at(current, message);
        }
    }

    /** Part {@code index} of {@code count} equal parts of this one. */
    ThrottledProgress share(int index, int count) {
        double width = (to - from) / count;
        return new ThrottledProgress(whole, from + index * width, from + (index + 1) * width);
    }
}

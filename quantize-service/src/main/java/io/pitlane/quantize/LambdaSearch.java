package io.pitlane.quantize;

import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Predicate;

/**
 * Searches the weight of a bit that just keeps a limit, on a logarithmic scale: from a first value
 * by factors of four until the side changes, then it halves the interval, until one end is at most
 * a quarter above the other. The packed file has about the inverse root of the weight in bytes.
 *
 * @param first value that is tried
 * @param most attempts in all
 */
record LambdaSearch(double first, int most) {
    private static final double FACTOR = 4;
    private static final double CLOSE = 1.25;

    /**
     * The best attempt that keeps the limit; where none does, the one nearest to it.
     *
     * @param keepsBelow whether the limit is kept by small values, as one of the accuracy is,
     *     rather than by large ones, as one of the size is
     * @param attempt makes the result for a value
     * @param keeps whether a result keeps the limit
     */
    <T> T best(boolean keepsBelow, DoubleFunction<T> attempt, Predicate<T> keeps) {
        double kept = Double.NaN;
        double broken = Double.NaN;
        Optional<T> best = Optional.empty();
        T nearest = null;
        double value = first;
        for (int i = 0; i < most && !isClose(kept, broken); i++) {
            var made = attempt.apply(value);
            nearest = made;
            if (keeps.test(made)) {
                kept = value;
                best = Optional.of(made);
            } else {
                broken = value;
            }
            value = next(keepsBelow, kept, broken);
        }
        return best.orElse(nearest);
    }

    private static boolean isClose(double kept, double broken) {
        return Math.max(kept, broken) <= CLOSE * Math.min(kept, broken);
    }

    private static double next(boolean keepsBelow, double kept, double broken) {
        if (Double.isNaN(broken)) {
            return keepsBelow ? kept * FACTOR : kept / FACTOR;
        }
        if (Double.isNaN(kept)) {
            return keepsBelow ? broken / FACTOR : broken * FACTOR;
        }
        return Math.sqrt(kept * broken);
    }
}

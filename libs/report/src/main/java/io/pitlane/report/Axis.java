package io.pitlane.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A linear axis with ticks at round values (Heckbert, "Nice numbers for graph labels", Graphics
 * Gems, 1990).
 *
 * @param title what the values are, with their unit
 * @param low value at the start
 * @param high value at the end
 * @param step distance between ticks
 */
record Axis(String title, double low, double high, double step) {
    private static final int TICKS = 5;

    /** An axis that begins at 0, for values that are not negative. */
    static Axis fromZero(String title, List<Double> values) {
        return between(title, 0, max(values));
    }

    /**
     * An axis around the values.
     *
     * @param least smallest extent, so that noise does not look like a difference
     * @param ceiling the highest value that makes sense
     */
    static Axis around(String title, List<Double> values, double least, double ceiling) {
        var low = values.stream().mapToDouble(v -> v).min().orElse(0);
        var high = max(values);
        var middle = (low + high) / 2;
        var half = Math.max((high - low) * 0.65, least / 2);
        var axis = between(title, middle - half, Math.min(ceiling, middle + half));
        return new Axis(title, axis.low, Math.min(ceiling, axis.high), axis.step);
    }

    private static double max(List<Double> values) {
        return values.stream().mapToDouble(v -> v).max().orElse(1);
    }

    private static Axis between(String title, double low, double high) {
        var range = high - low > 0 ? high - low : 1;
        var step = nice(range / (TICKS - 1));
        return new Axis(
                title, Math.floor(low / step) * step, Math.ceil((low + range) / step) * step, step);
    }

    private static double nice(double step) {
        var power = Math.pow(10, Math.floor(Math.log10(step)));
        var fraction = step / power;
        var rounded = fraction < 1.5 ? 1 : fraction < 3 ? 2 : fraction < 7 ? 5 : 10;
        return rounded * power;
    }

    /** Relative position of a value: 0 at the start of the axis, 1 at its end. */
    double position(double value) {
        return (value - low) / (high - low);
    }

    DoubleStream ticks() {
        var first = Math.round(low / step);
        var last = (long) Math.floor(high / step + 1e-9);
        return LongStream.rangeClosed(first, last).mapToDouble(i -> i * step);
    }

    /** A tick's value with as many decimals as the ticks need. */
    String label(double tick) {
        var decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%." + decimals + "f", tick);
    }
}

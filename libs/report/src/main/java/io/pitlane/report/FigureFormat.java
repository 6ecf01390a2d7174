package io.pitlane.report;

import io.pitlane.contract.report.Report.Speedup;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Figures as text, in one format for tables, pages, notes and progress messages. */
public final class FigureFormat {
    /** Text of a figure that is missing. */
    static final String NONE = "-";

    /** Text of a speedup whose confidence interval holds 1. */
    static final String NO_DIFFERENCE = "no difference";

    private static final int PLAIN_DIGITS = 4;
    private static final int PLAIN_PLACES = 6;

    private static final String[] PREFIXES = {"", "k", "M", "G", "T"};

    private FigureFormat() {}

    /** {@code 981 kB}; 1 kB is 1000 bytes. */
    public static String bytes(long bytes) {
        return scaled(bytes, "B");
    }

    /** {@code 12.3 M}: three significant digits; below 1000 the number itself. */
    public static String count(long count) {
        return scaled(count, "");
    }

    /** A share 0..1 as {@code 94.66 %}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", share * 100);
    }

    /** A difference of shares in percentage points: {@code +0.32} for 0.0032. */
    static String points(double difference) {
        var text = String.format(Locale.ROOT, "%+.2f", difference * 100);
        return text.equals("-0.00") ? "+0.00" : text;
    }

    /** {@code 3.10x}. */
    static String times(double ratio) {
        return String.format(Locale.ROOT, ratio < 100 ? "%.2fx" : "%.0fx", ratio);
    }

    /** The ratio, if the models differ in speed. */
    static String speedup(Speedup speedup) {
        return speedup.differs() ? times(speedup.paired()) : NO_DIFFERENCE;
    }

    /** {@code 1.24 ms}. */
    static String millis(double millis) {
        return significant(millis) + " ms";
    }

    /** {@code 12400}, a whole number. */
    static String perSecond(double perSecond) {
        return String.format(Locale.ROOT, "%.0f", perSecond);
    }

    /** At least three significant digits, no exponent. */
    static String significant(double value) {
        // The bounds are those of the rounded value: 9.995 is 10.0, not 10.00.
        var magnitude = Math.abs(value);
        var format =
                magnitude < 0.9995
                        ? "%.3f"
                        : magnitude < 9.995 ? "%.2f" : magnitude < 99.95 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, value);
    }

    /** Up to four significant digits in the unit of the figure: {@code 0.0025}, {@code 98000}. */
    static String plain(double value) {
        return Math.abs(value) >= 1000
                ? String.format(Locale.ROOT, "%.0f", value)
                : new BigDecimal(value)
                        .round(new MathContext(PLAIN_DIGITS))
                        .setScale(PLAIN_PLACES, RoundingMode.HALF_EVEN)
                        .stripTrailingZeros()
                        .toPlainString();
    }

    /** Up to seven significant digits without an exponent, for programs: {@code 95.2}. */
    static String number(double value) {
        return new BigDecimal(value)
                .round(MathContext.DECIMAL32)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static String scaled(long value, String unit) {
        var scaled = (double) value;
        var prefix = 0;
        while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
            scaled /= 1000;
            prefix++;
        }
        var number = prefix == 0 ? String.valueOf(value) : significant(scaled);
        return (number + " " + PREFIXES[prefix] + unit).strip();
    }
}

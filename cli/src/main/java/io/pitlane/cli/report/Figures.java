package io.pitlane.cli.report;

import java.util.Locale;

/** Numbers as people read them, the same in the terminal and in the browser. */
public final class Figures {
    /** Stands where there is no figure. */
    static final String NONE = "-";

    private static final String[] PREFIXES = {"", "k", "M", "G", "T"};

    private Figures() {}

    /** {@code 981 kB}; 1 kB is 1000 bytes. */
    public static String bytes(long bytes) {
        return scaled(bytes, "B");
    }

    /** {@code 12.3 M}. */
    public static String count(long count) {
        return scaled(count, "");
    }

    /** A share 0..1 as {@code 94.66 %}. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", share * 100);
    }

    /** A difference of shares as points: {@code +0.32} is 0.0032 more. */
    public static String points(double difference) {
        var text = String.format(Locale.ROOT, "%+.2f", difference * 100);
        return text.equals("-0.00") ? "+0.00" : text;
    }

    /** {@code 3.1x}. */
    public static String times(double ratio) {
        return String.format(Locale.ROOT, ratio < 100 ? "%.2fx" : "%.0fx", ratio);
    }

    /** {@code 1.24 ms}. */
    public static String millis(double millis) {
        return significant(millis) + " ms";
    }

    /** {@code 12400}, a whole number. */
    public static String perSecond(double perSecond) {
        return String.format(Locale.ROOT, "%.0f", perSecond);
    }

    /** Three significant digits at least, no exponent. */
    static String significant(double value) {
        var magnitude = Math.abs(value);
        var format = magnitude < 10 ? "%.2f" : magnitude < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, magnitude < 0.9995 ? "%.3f" : format, value);
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

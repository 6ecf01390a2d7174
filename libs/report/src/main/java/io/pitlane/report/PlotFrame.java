package io.pitlane.report;

import java.util.Locale;

/** Two axes of a plot as SVG, and the places of values between them. */
final class PlotFrame {
    private static final int WIDTH = 520;
    private static final int HEIGHT = 340;
    private static final int LEFT = 62;
    private static final int RIGHT = 24;
    private static final int BOTTOM = 52;
    static final int TOP = 20;

    private final Axis x;
    private final Axis y;

    PlotFrame(Axis x, Axis y) {
        this.x = x;
        this.y = y;
    }

    /** An SVG element with the axes and some content between them. */
    String around(String content) {
        var svg = new StringBuilder();
        svg.append(
                format(
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s against %s\">%n",
                        WIDTH, HEIGHT, Html.escape(y.title()), Html.escape(x.title())));
        drawXAxis(svg);
        drawYAxis(svg);
        return svg.append(content).append("</svg>\n").toString();
    }

    private void drawXAxis(StringBuilder svg) {
        x.ticks()
                .forEach(
                        tick -> {
                            var at = x(tick);
                            line(svg, "grid", at, TOP, at, bottom());
                            text(svg, "tick", at, bottom() + 18, "middle", x.label(tick));
                        });
        line(svg, "axis", LEFT, bottom(), WIDTH - RIGHT, bottom());
        text(svg, "title", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", x.title());
    }

    private void drawYAxis(StringBuilder svg) {
        y.ticks()
                .forEach(
                        tick -> {
                            var at = y(tick);
                            line(svg, "grid", LEFT, at, WIDTH - RIGHT, at);
                            text(svg, "tick", LEFT - 8, at + 4, "end", y.label(tick));
                        });
        line(svg, "axis", LEFT, TOP, LEFT, bottom());
        svg.append(
                format(
                        "<text class=\"title\" text-anchor=\"middle\" transform=\"translate(14 %.1f)"
                                + " rotate(-90)\">%s</text>%n",
                        (TOP + bottom()) / 2.0, Html.escape(y.title())));
    }

    /** Where a value is on the horizontal axis, in pixels. */
    double x(double value) {
        return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
    }

    /** Where a value is on the vertical axis, in pixels. */
    double y(double value) {
        return bottom() - y.position(value) * (bottom() - TOP);
    }

    /** The pixel row of the horizontal axis. */
    static int bottom() {
        return HEIGHT - BOTTOM;
    }

    private static void line(
            StringBuilder svg, String kind, double x1, double y1, double x2, double y2) {
        svg.append(
                format(
                        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                        kind, x1, y1, x2, y2));
    }

    /** Appends text at a place in pixels. */
    static void text(
            StringBuilder svg, String kind, double x, double y, String anchor, String text) {
        svg.append(
                format(
                        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                        kind, x, y, anchor, Html.escape(text)));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

package io.pitlane.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A line over the shares 0 to 1 as a small SVG element, one of many over the same axes.
 *
 * @param points in the order of the line
 * @param low value at the bottom of the plot
 * @param high value at its top
 * @param mark a share that a vertical line shows; 0 for none
 */
record SmallPlot(List<Point> points, double low, double high, double mark) {
    private static final int WIDTH = 200;
    private static final int HEIGHT = 110;
    private static final int LEFT = 44;
    private static final int RIGHT = 8;
    private static final int TOP = 10;
    private static final int BOTTOM = 20;

    /** A share and a value. */
    record Point(double x, double y) {}

    /** The element, with a description for readers that do not see it. */
    String render(String description) {
        var svg = new StringBuilder();
        svg.append(
                format(
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                        WIDTH, HEIGHT, Html.escape(description)));
        line(svg, "grid", LEFT, TOP, WIDTH - RIGHT, TOP);
        line(svg, "axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
        if (mark > 0) {
            line(svg, "mark", x(mark), TOP, x(mark), HEIGHT - BOTTOM);
        }
        text(svg, LEFT - 6, TOP + 4, "end", FigureFormat.significant(high));
        text(svg, LEFT - 6, HEIGHT - BOTTOM + 4, "end", FigureFormat.significant(low));
        text(svg, LEFT, HEIGHT - 5, "start", "0");
        text(svg, WIDTH - RIGHT, HEIGHT - 5, "end", "100 %");
        svg.append(
                format(
                        "<polyline class=\"line\" points=\"%s\"/>%n",
                        points.stream()
                                .map(point -> format("%.1f,%.1f", x(point.x()), y(point.y())))
                                .collect(Collectors.joining(" "))));
        return svg.append("</svg>\n").toString();
    }

    private double x(double share) {
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        double position = high > low ? (value - low) / (high - low) : 1;
        return HEIGHT - BOTTOM - position * (HEIGHT - BOTTOM - TOP);
    }

    private static void line(
            StringBuilder svg, String kind, double x1, double y1, double x2, double y2) {
        svg.append(
                format(
                        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                        kind, x1, y1, x2, y2));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(
                format(
                        "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                        x, y, anchor, Html.escape(text)));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

package io.pitlane.tests.techniques.benchmark;

import java.util.List;
import java.util.Locale;

/** The text of a plot as an SVG file: lines, points and labels in pixels from the top left. */
public final class SvgPlot {
    private static final List<String> COLOURS =
            List.of(
                    "#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
                    "#999999", "#7b3294", "#a6611a", "#1a9641", "#ca0020");

    private final StringBuilder svg = new StringBuilder();

    /** An empty plot on white. */
    public SvgPlot(int width, int height) {
        svg.append(
                format(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                                + " font-family=\"sans-serif\" font-size=\"12\">%n",
                        width, height));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    }

    /** The colour of a series, by its number from 0. */
    public static String colour(int series) {
        return COLOURS.get(series % COLOURS.size());
    }

    /** Draws from here on as if this were the top left, until {@link #endGroup}. */
    public void group(int x, int y) {
        svg.append(format("<g transform=\"translate(%d %d)\">%n", x, y));
    }

    /** Ends a group. */
    public void endGroup() {
        svg.append("</g>\n");
    }

    /** A line of the grid. */
    public void line(double x1, double y1, double x2, double y2, boolean isAxis) {
        line(x1, y1, x2, y2, isAxis ? "#666666" : "#dddddd");
    }

    /** A line. */
    public void line(double x1, double y1, double x2, double y2, String colour) {
        svg.append(
                format(
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                        x1, y1, x2, y2, colour));
    }

    /** Points and the line through them. */
    public void series(List<double[]> points, String colour) {
        var path = new StringBuilder();
        for (var point : points) {
            path.append(format("%.1f,%.1f ", point[0], point[1]));
            svg.append(
                    format(
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n",
                            point[0], point[1], colour));
        }
        svg.append(
                format(
                        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
                        path.toString().strip(), colour));
    }

    /** A text; {@code anchor} is start, middle or end. */
    public void text(double x, double y, String anchor, String text) {
        var escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        svg.append(
                format(
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                        x, y, anchor, escaped));
    }

    /** A text that runs upwards, by its middle. */
    public void upwards(int x, int y, String text) {
        svg.append(
                format(
                        "<text text-anchor=\"middle\" transform=\"translate(%d %d) rotate(-90)\">"
                                + "%s</text>%n",
                        x, y, text));
    }

    /** The name of a series with its colour before it. */
    public void key(double x, double y, String colour, String name) {
        svg.append(
                format(
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"4\" fill=\"%s\"/>%n",
                        x, y - 6, colour));
        text(x + 20, y, "start", name);
    }

    /** The file. */
    public String render() {
        return svg + "</svg>\n";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

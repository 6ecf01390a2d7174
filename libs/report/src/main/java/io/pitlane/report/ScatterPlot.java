package io.pitlane.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Points over two axes as an SVG element, with a line through all or some of them. */
final class ScatterPlot {
    private static final int WIDTH = 520;
    private static final int HEIGHT = 340;
    private static final int LEFT = 62;
    private static final int RIGHT = 24;
    private static final int TOP = 20;
    private static final int BOTTOM = 52;
    private static final int LINE = 15;

    private final Axis x;
    private final Axis y;
    private final List<Point> points;
    private final List<String> kinds;
    private final List<Point> path;

    /** A labelled point, in the axes' units. */
    record Point(String label, double x, double y) {}

    /** Position of a label, in pixels. */
    private record Label(double x, double y, boolean toTheLeft) {}

    /** Points in an order: a line connects them, and the first and the last stand out. */
    ScatterPlot(Axis x, Axis y, List<Point> points) {
        this(x, y, points, kinds(points.size()), points);
    }

    /** Points with those on a front in front, connected by a line, and the others faded. */
    static ScatterPlot ofFront(Axis x, Axis y, List<Point> points, ParetoFront front) {
        var kinds = points.stream().map(p -> front.holds(p) ? " last" : " dominated").toList();
        return new ScatterPlot(x, y, points, kinds, front.points());
    }

    private ScatterPlot(Axis x, Axis y, List<Point> points, List<String> kinds, List<Point> path) {
        this.x = x;
        this.y = y;
        this.points = List.copyOf(points);
        this.kinds = List.copyOf(kinds);
        this.path = List.copyOf(path);
    }

    private static List<String> kinds(int points) {
        return IntStream.range(0, points)
                .mapToObj(i -> i == 0 ? " first" : i == points - 1 ? " last" : "")
                .toList();
    }

    String render() {
        var svg = new StringBuilder();
        svg.append(
                format(
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s against %s\">%n",
                        WIDTH, HEIGHT, Html.escape(y.title()), Html.escape(x.title())));
        drawXAxis(svg);
        drawYAxis(svg);
        drawLine(svg);
        drawPoints(svg);
        return svg.append("</svg>\n").toString();
    }

    private void drawXAxis(StringBuilder svg) {
        x.ticks()
                .forEach(
                        tick -> {
                            var at = pixelX(tick);
                            line(svg, "grid", at, TOP, at, HEIGHT - BOTTOM);
                            text(svg, "tick", at, HEIGHT - BOTTOM + 18, "middle", x.label(tick));
                        });
        line(svg, "axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
        text(svg, "title", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", x.title());
    }

    private void drawYAxis(StringBuilder svg) {
        y.ticks()
                .forEach(
                        tick -> {
                            var at = pixelY(tick);
                            line(svg, "grid", LEFT, at, WIDTH - RIGHT, at);
                            text(svg, "tick", LEFT - 8, at + 4, "end", y.label(tick));
                        });
        line(svg, "axis", LEFT, TOP, LEFT, HEIGHT - BOTTOM);
        svg.append(
                format(
                        "<text class=\"title\" text-anchor=\"middle\" transform=\"translate(14 %.1f)"
                                + " rotate(-90)\">%s</text>%n",
                        (TOP + HEIGHT - BOTTOM) / 2.0, Html.escape(y.title())));
    }

    private void drawLine(StringBuilder svg) {
        var line =
                path.stream()
                        .map(p -> format("%.1f,%.1f", pixelX(p.x()), pixelY(p.y())))
                        .collect(Collectors.joining(" "));
        svg.append(format("<polyline class=\"path\" points=\"%s\"/>%n", line));
    }

    private void drawPoints(StringBuilder svg) {
        var labels = new ArrayList<Label>();
        for (int i = 0; i < points.size(); i++) {
            var point = points.get(i);
            svg.append(
                    format(
                            "<circle class=\"point%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\">"
                                    + "<title>%s: %s, %s</title></circle>%n",
                            kinds.get(i),
                            pixelX(point.x()),
                            pixelY(point.y()),
                            Html.escape(point.label()),
                            FigureFormat.significant(point.x()),
                            FigureFormat.significant(point.y())));
            var label = placeLabel(point, labels);
            labels.add(label);
            text(
                    svg,
                    "label",
                    label.x(),
                    label.y(),
                    label.toTheLeft() ? "end" : "start",
                    point.label());
        }
    }

    /** Beside the point, towards the centre; moved up or down until no other label overlaps. */
    private Label placeLabel(Point point, List<Label> taken) {
        var toTheLeft = x.position(point.x()) > 0.7;
        var at = pixelX(point.x()) + (toTheLeft ? -11 : 11);
        var base = pixelY(point.y()) + 4;
        for (int move = 0; ; move++) {
            var shift = (move + 1) / 2 * LINE * (move % 2 == 0 ? 1 : -1);
            var label = new Label(at, base + shift, toTheLeft);
            var inside = label.y() > TOP + 8 && label.y() < HEIGHT - BOTTOM - 4;
            if (move > 40 || (inside && taken.stream().noneMatch(t -> collide(t, label)))) {
                return label;
            }
        }
    }

    private static boolean collide(Label a, Label b) {
        return Math.abs(a.y() - b.y()) < LINE - 1 && Math.abs(a.x() - b.x()) < 110;
    }

    private double pixelX(double value) {
        return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
    }

    private double pixelY(double value) {
        return HEIGHT - BOTTOM - y.position(value) * (HEIGHT - BOTTOM - TOP);
    }

    private static void line(
            StringBuilder svg, String kind, double x1, double y1, double x2, double y2) {
        svg.append(
                format(
                        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                        kind, x1, y1, x2, y2));
    }

    private static void text(
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

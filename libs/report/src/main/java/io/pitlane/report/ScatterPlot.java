package io.pitlane.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Points over two axes as an SVG element, with a line through all or some of them. */
final class ScatterPlot {
    private static final int LINE = 15;

    private final Axis x;
    private final PlotFrame frame;
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
        this.frame = new PlotFrame(x, y);
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
        var content = new StringBuilder();
        drawLine(content);
        drawPoints(content);
        return frame.around(content.toString());
    }

    private void drawLine(StringBuilder svg) {
        var line =
                path.stream()
                        .map(p -> format("%.1f,%.1f", frame.x(p.x()), frame.y(p.y())))
                        .collect(Collectors.joining(" "));
        svg.append(format("<polyline class=\"path\" points=\"%s\"/>%n", line));
    }

    private void drawPoints(StringBuilder svg) {
        var labels = new ArrayList<Label>();
        for (int i = 0; i < points.size(); i++) {
            var point = points.get(i);
            svg.append(
                    format(
                            "<circle class=\"point%s\" data-model=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\">"
                                    + "<title>%s: %s, %s</title></circle>%n",
                            kinds.get(i),
                            Html.escape(point.label()),
                            frame.x(point.x()),
                            frame.y(point.y()),
                            Html.escape(point.label()),
                            FigureFormat.significant(point.x()),
                            FigureFormat.significant(point.y())));
            var label = placeLabel(point, labels);
            labels.add(label);
            PlotFrame.text(
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
        var at = frame.x(point.x()) + (toTheLeft ? -11 : 11);
        var base = frame.y(point.y()) + 4;
        for (int move = 0; ; move++) {
            var shift = (move + 1) / 2 * LINE * (move % 2 == 0 ? 1 : -1);
            var label = new Label(at, base + shift, toTheLeft);
            var inside = label.y() > PlotFrame.TOP + 8 && label.y() < PlotFrame.bottom() - 4;
            if (move > 40 || (inside && taken.stream().noneMatch(t -> collide(t, label)))) {
                return label;
            }
        }
    }

    private static boolean collide(Label a, Label b) {
        return Math.abs(a.y() - b.y()) < LINE - 1 && Math.abs(a.x() - b.x()) < 110;
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

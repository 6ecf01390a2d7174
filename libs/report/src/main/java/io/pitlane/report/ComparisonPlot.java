package io.pitlane.report;

import io.pitlane.report.ScatterPlot.Point;
import java.util.List;
import java.util.Locale;

/** One figure of compared models against another, with the Pareto front of the two. */
final class ComparisonPlot {
    private final ComparedFigure x;
    private final ComparedFigure y;
    private final QualityMetric quality;
    private final int batch;
    private final List<Point> points;
    private final Scale scaleX;
    private final Scale scaleY;
    private final ParetoFront front;

    /**
     * The unit of an axis, so that its numbers are short.
     *
     * @param title what the values are, with their unit
     * @param unit what they are divided by
     */
    private record Scale(String title, double unit) {}

    ComparisonPlot(
            List<ComparedModel> models,
            ComparedFigure x,
            ComparedFigure y,
            QualityMetric quality,
            int batch) {
        this.x = x;
        this.y = y;
        this.quality = quality;
        this.batch = batch;
        var shown =
                models.stream()
                        .filter(m -> x.value(m, quality) != null && y.value(m, quality) != null)
                        .toList();
        this.scaleX = scale(x, shown);
        this.scaleY = scale(y, shown);
        this.points =
                shown.stream()
                        .map(
                                m ->
                                        new Point(
                                                m.name(),
                                                x.value(m, quality) / scaleX.unit(),
                                                y.value(m, quality) / scaleY.unit()))
                        .toList();
        this.front = ParetoFront.of(points, x.lessIsBetter(quality), y.lessIsBetter(quality));
    }

    private Scale scale(ComparedFigure figure, List<ComparedModel> models) {
        double most =
                models.stream()
                        .mapToDouble(m -> Math.abs(figure.value(m, quality)))
                        .max()
                        .orElse(0);
        var title = figure.unitTitle(quality, batch);
        return switch (figure) {
            case SIZE, PACKED -> scaled(title.replace(" (bytes)", ""), most, "B");
            case PARAMETERS, MACS -> scaled(title, most, "");
            case QUALITY, LATENCY, THROUGHPUT -> new Scale(title, 1);
        };
    }

    private static Scale scaled(String title, double most, String unit) {
        var prefix = most >= 1e6 ? "M" : most >= 1e3 ? "k" : "";
        double divisor = most >= 1e6 ? 1e6 : most >= 1e3 ? 1e3 : 1;
        var suffix = prefix + unit;
        return new Scale(suffix.isEmpty() ? title : title + " (" + suffix + ")", divisor);
    }

    /** Whether a model is on the front. */
    boolean isOnFront(ComparedModel model) {
        return front.points().stream().anyMatch(point -> point.label().equals(model.name()));
    }

    /** The name of its front: the figures but the quality of the task. */
    String name() {
        var vertical = y == ComparedFigure.QUALITY ? "" : " and " + y.label();
        return x.label() + vertical;
    }

    /** The plot under its heading; empty where no model has both figures. */
    String render() {
        if (points.isEmpty()) {
            return "";
        }
        var vertical = axis(y, scaleY, points.stream().map(Point::y).toList());
        var horizontal = axis(x, scaleX, points.stream().map(Point::x).toList());
        var heading = name(y) + " against " + name(x);
        return "<div>\n<h2>"
                + Html.escape(
                        heading.substring(0, 1).toUpperCase(Locale.ROOT) + heading.substring(1))
                + "</h2>\n"
                + ScatterPlot.ofFront(horizontal, vertical, points, front).render()
                + "</div>\n";
    }

    private String name(ComparedFigure figure) {
        return figure == ComparedFigure.QUALITY ? quality.title() : figure.title();
    }

    private Axis axis(ComparedFigure figure, Scale scale, List<Double> values) {
        return figure == ComparedFigure.QUALITY
                ? quality.axis(values)
                : Axis.fromZero(
                        scale.title().substring(0, 1).toUpperCase(Locale.ROOT)
                                + scale.title().substring(1),
                        values);
    }
}

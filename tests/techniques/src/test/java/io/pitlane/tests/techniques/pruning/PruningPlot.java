package io.pitlane.tests.techniques.pruning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Points lost against the reduction of MACs as an SVG file of small multiples: one line a series,
 * dashed where it is {@linkplain PruningVariant#CUT_ONLY cut only}. The axis of losses is
 * logarithmic in {@code 1 + loss}, so that both tenths of a point and the loss of everything are
 * legible.
 */
final class PruningPlot {
    private static final double WORST = 90;
    private static final double LEAST = -3;
    private static final List<Double> LOSSES = List.of(-3.0, -1.0, 0.0, 1.0, 3.0, 10.0, 30.0, 90.0);
    private static final int COLUMNS = 3;
    private static final int PANEL = 380;
    private static final int HEIGHT = 300;
    private static final int LEFT = 60;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final int LINE = 16;
    private static final List<Double> REDUCTIONS = List.of(1.0, 2.0, 4.0, 8.0);
    private static final double FURTHEST = 12;
    private static final List<String> COLOURS =
            List.of(
                    "#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
                    "#999999", "#7b3294", "#a6611a", "#1a9641", "#ca0020");

    private final Map<String, Map<String, List<SeriesPoint>>> panels = new LinkedHashMap<>();
    private final List<String> colours = new ArrayList<>();

    /** Adds a panel. */
    void add(String title, List<SeriesPoint> points) {
        var lines = new LinkedHashMap<String, List<SeriesPoint>>();
        for (var point : points) {
            var name = point.variant().series();
            lines.computeIfAbsent(name, n -> new ArrayList<>()).add(point);
            if (!colours.contains(criterion(name))) {
                colours.add(criterion(name));
            }
        }
        panels.put(title, lines);
    }

    private static boolean isDashed(String series) {
        return series.endsWith(PruningVariant.CUT_ONLY);
    }

    /** The series of the same colour. */
    private static String criterion(String series) {
        return isDashed(series)
                ? series.substring(0, series.length() - PruningVariant.CUT_ONLY.length())
                : series;
    }

    String render() {
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        int legend = (colours.size() + COLUMNS) / COLUMNS * LINE + LINE;
        var svg = new StringBuilder();
        svg.append(
                format(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                                + " font-family=\"sans-serif\" font-size=\"12\">%n",
                        PANEL * COLUMNS, HEIGHT * rows + legend));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        int place = 0;
        for (var panel : panels.entrySet()) {
            svg.append(group(place % COLUMNS * PANEL, place / COLUMNS * HEIGHT));
            drawPanel(svg, panel.getKey(), panel.getValue());
            svg.append("</g>\n");
            place++;
        }
        svg.append(group(0, HEIGHT * rows));
        drawLegend(svg);
        svg.append("</g>\n");
        return svg.append("</svg>\n").toString();
    }

    private static String group(int x, int y) {
        return format("<g transform=\"translate(%d %d)\">%n", x, y);
    }

    private void drawPanel(StringBuilder svg, String title, Map<String, List<SeriesPoint>> lines) {
        text(svg, PANEL / 2.0, TOP - 16, "middle", title);
        for (double loss : LOSSES) {
            line(svg, LEFT, y(loss), PANEL - RIGHT, y(loss), loss == 0);
            text(svg, LEFT - 6, y(loss) + 4, "end", format("%.0f", loss));
        }
        for (double reduction : REDUCTIONS) {
            line(svg, x(reduction), TOP, x(reduction), HEIGHT - BOTTOM, false);
            var label = format("%.0fx", reduction);
            text(svg, x(reduction), HEIGHT - BOTTOM + 16, "middle", label);
        }
        text(svg, PANEL / 2.0, HEIGHT - 14, "middle", "fewer MACs");
        svg.append(
                format(
                        "<text text-anchor=\"middle\" transform=\"translate(%d %d) rotate(-90)\">"
                                + "points lost</text>%n",
                        22, (TOP + HEIGHT - BOTTOM) / 2));
        lines.forEach((name, points) -> drawSeries(svg, name, points));
    }

    private void drawSeries(StringBuilder svg, String name, List<SeriesPoint> points) {
        var path = new StringBuilder();
        for (var point : points) {
            double x = x(point.mean(PruningFigures::reduction));
            double y = y(point.mean(PruningFigures::loss));
            path.append(format("%.1f,%.1f ", x, y));
            svg.append(
                    format(
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n",
                            x, y, colour(name)));
        }
        svg.append(
                format(
                        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"%s/>%n",
                        path.toString().strip(), colour(name), dashes(name)));
    }

    private static String dashes(String series) {
        return isDashed(series) ? " stroke-dasharray=\"4 3\"" : "";
    }

    private void drawLegend(StringBuilder svg) {
        for (int i = 0; i < colours.size(); i++) {
            double x = LEFT + i % COLUMNS * PANEL;
            double y = i / COLUMNS * LINE + 8;
            svg.append(
                    format(
                            "<rect x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"4\" fill=\"%s\"/>%n",
                            x, y - 6, colour(colours.get(i))));
            text(svg, x + 20, y, "start", colours.get(i));
        }
        if (panels.values().stream()
                .anyMatch(p -> p.keySet().stream().anyMatch(PruningPlot::isDashed))) {
            double y = (colours.size() + COLUMNS - 1) / COLUMNS * LINE + 8;
            text(svg, LEFT, y, "start", "dashed: cut only, not reconstructed");
        }
    }

    private String colour(String series) {
        return COLOURS.get(colours.indexOf(criterion(series)) % COLOURS.size());
    }

    /** Logarithmic: equal distances are equal factors. */
    private static double x(double reduction) {
        double position = Math.log(reduction) / Math.log(FURTHEST);
        return LEFT + position * (PANEL - LEFT - RIGHT);
    }

    private static double y(double loss) {
        double shown = scaled(Math.max(LEAST, Math.min(WORST, loss)));
        double share = (shown - scaled(LEAST)) / (scaled(WORST) - scaled(LEAST));
        return TOP + share * (HEIGHT - BOTTOM - TOP);
    }

    private static double scaled(double loss) {
        return Math.signum(loss) * Math.log1p(Math.abs(loss));
    }

    private static void line(
            StringBuilder svg, double x1, double y1, double x2, double y2, boolean isAxis) {
        svg.append(
                format(
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                        x1, y1, x2, y2, isAxis ? "#666666" : "#dddddd"));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        var escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        svg.append(
                format(
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                        x, y, anchor, escaped));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

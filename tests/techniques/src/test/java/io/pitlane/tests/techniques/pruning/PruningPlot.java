package io.pitlane.tests.techniques.pruning;

import io.pitlane.tests.techniques.benchmark.SvgPlot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Points lost against the reduction of MACs as an SVG file of small multiples: one line a series.
 * The axis of losses is logarithmic in {@code 1 + loss}, so that both tenths of a point and the
 * loss of everything are legible.
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
    private final Map<String, Map<String, List<SeriesPoint>>> panels = new LinkedHashMap<>();
    private final List<String> series = new ArrayList<>();

    /** Adds a panel. */
    void add(String title, List<SeriesPoint> points) {
        var lines = new LinkedHashMap<String, List<SeriesPoint>>();
        for (var point : points) {
            var name = point.variant().series();
            lines.computeIfAbsent(name, n -> new ArrayList<>()).add(point);
            if (!series.contains(name)) {
                series.add(name);
            }
        }
        panels.put(title, lines);
    }

    String render() {
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        int legend = (series.size() + COLUMNS - 1) / COLUMNS * LINE + LINE;
        var svg = new SvgPlot(PANEL * COLUMNS, HEIGHT * rows + legend);
        int place = 0;
        for (var panel : panels.entrySet()) {
            svg.group(place % COLUMNS * PANEL, place / COLUMNS * HEIGHT);
            drawPanel(svg, panel.getKey(), panel.getValue());
            svg.endGroup();
            place++;
        }
        svg.group(0, HEIGHT * rows);
        drawLegend(svg);
        svg.endGroup();
        return svg.render();
    }

    private void drawPanel(SvgPlot svg, String title, Map<String, List<SeriesPoint>> lines) {
        svg.text(PANEL / 2.0, TOP - 16, "middle", title);
        for (double loss : LOSSES) {
            svg.line(LEFT, y(loss), PANEL - RIGHT, y(loss), loss == 0);
            svg.text(LEFT - 6, y(loss) + 4, "end", format("%.0f", loss));
        }
        for (double reduction : REDUCTIONS) {
            svg.line(x(reduction), TOP, x(reduction), HEIGHT - BOTTOM, false);
            var label = format("%.0fx", reduction);
            svg.text(x(reduction), HEIGHT - BOTTOM + 16, "middle", label);
        }
        svg.text(PANEL / 2.0, HEIGHT - 14, "middle", "fewer MACs");
        svg.upwards(22, (TOP + HEIGHT - BOTTOM) / 2, "points lost");
        lines.forEach((name, points) -> drawSeries(svg, name, points));
    }

    private void drawSeries(SvgPlot svg, String name, List<SeriesPoint> points) {
        svg.series(
                points.stream()
                        .map(
                                point ->
                                        new double[] {
                                            x(point.mean(PruningFigures::reduction)),
                                            y(point.mean(PruningFigures::loss))
                                        })
                        .toList(),
                colour(name));
    }

    private void drawLegend(SvgPlot svg) {
        for (int i = 0; i < series.size(); i++) {
            double x = LEFT + i % COLUMNS * PANEL;
            double y = i / COLUMNS * LINE + 8;
            svg.key(x, y, colour(series.get(i)), series.get(i));
        }
    }

    private String colour(String name) {
        return SvgPlot.colour(series.indexOf(name));
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

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

package io.pitlane.tests.techniques.size;

import io.pitlane.tests.techniques.benchmark.SvgPlot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Points lost against how much smaller the file is, as an SVG file: a line for each network and
 * number of epochs, and the standard error of the mean as a bar. The axis of ratios is logarithmic.
 */
final class SizePlot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 60;
    private static final int RIGHT = 20;
    private static final int TOP = 20;
    private static final int BOTTOM = 50;
    private static final int LINE = 18;
    private static final List<Double> RATIOS =
            List.of(10.0, 20.0, 50.0, 100.0, 200.0, 400.0, 800.0);
    private static final double LEAST = -0.3;
    private static final double MOST = 1.0;
    private static final double BETWEEN = 0.1;

    private final Map<String, List<Point>> lines = new LinkedHashMap<>();

    /**
     * A training of a network.
     *
     * @param ratio of the dense parameters to the file
     * @param loss points lost
     * @param error standard error of the loss; not a number for one seed
     */
    private record Point(double ratio, double loss, double error) {}

    /** Adds the mean of the seeds of a variant. */
    void add(SizeVariant variant, SeedMean seeds) {
        lines.computeIfAbsent(variant.line(), n -> new ArrayList<>())
                .add(
                        new Point(
                                seeds.of(SizeFigures::ratio),
                                seeds.of(SizeFigures::loss),
                                seeds.standardError(SizeFigures::loss)));
    }

    String render() {
        var svg = new SvgPlot(WIDTH, HEIGHT);
        for (double loss = LEAST; loss < MOST + BETWEEN / 2; loss += BETWEEN) {
            svg.line(LEFT, y(loss), WIDTH - RIGHT, y(loss), Math.abs(loss) < BETWEEN / 2);
            svg.text(LEFT - 6, y(loss) + 4, "end", String.format(Locale.ROOT, "%+.1f", loss));
        }
        for (double ratio : RATIOS) {
            svg.line(x(ratio), TOP, x(ratio), HEIGHT - BOTTOM, false);
            svg.text(x(ratio), HEIGHT - BOTTOM + LINE, "middle", "%.0fx".formatted(ratio));
        }
        svg.text(WIDTH / 2.0, HEIGHT - 14, "middle", "smaller file");
        svg.upwards(16, HEIGHT / 2, "points lost");
        int series = 0;
        for (var line : lines.entrySet()) {
            var colour = SvgPlot.colour(series);
            var points = line.getValue();
            points.sort(Comparator.comparingDouble(Point::ratio));
            svg.series(
                    points.stream().map(p -> new double[] {x(p.ratio), y(p.loss)}).toList(),
                    colour);
            points.stream().filter(p -> Double.isFinite(p.error)).forEach(p -> bar(svg, p, colour));
            svg.key(LEFT + LINE, TOP + LINE * (series + 1), colour, line.getKey());
            series++;
        }
        return svg.render();
    }

    private static void bar(SvgPlot svg, Point point, String colour) {
        double x = x(point.ratio);
        svg.line(x, y(point.loss - point.error), x, y(point.loss + point.error), colour);
    }

    private static double x(double ratio) {
        double first = RATIOS.get(0);
        double share = Math.log(ratio / first) / Math.log(RATIOS.get(RATIOS.size() - 1) / first);
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double loss) {
        double shown = Math.max(LEAST, Math.min(MOST, loss));
        return TOP + (MOST - shown) / (MOST - LEAST) * (HEIGHT - BOTTOM - TOP);
    }
}

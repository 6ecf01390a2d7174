package io.pitlane.tests.techniques.pruning;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of a model as a table in Markdown, one row a variant; means over the seeds. */
final class PruningTable {
    private static final List<String> HEADER =
            List.of(
                    "pruning",
                    "fewer MACs",
                    "parameters left",
                    "figure",
                    "points lost",
                    "least to most lost",
                    "agreement",
                    "seeds");

    private PruningTable() {}

    /**
     * @param points not empty
     */
    static String of(List<SeriesPoint> points) {
        var lines = new ArrayList<String>();
        lines.add(line(HEADER));
        lines.add("|---".repeat(HEADER.size()) + "|");
        lines.add(line(original(points.get(0))));
        points.forEach(point -> lines.add(line(row(point))));
        return String.join("\n", lines) + "\n";
    }

    private static List<String> original(SeriesPoint point) {
        var figures = point.figures().get(0);
        return List.of(
                "original", "1x", "100 %", figure(figures, figures.before()), "", "", "", "");
    }

    private static List<String> row(SeriesPoint point) {
        var first = point.figures().get(0);
        return List.of(
                point.variant().series(),
                format("%.2fx", point.mean(PruningFigures::reduction)),
                format("%.0f %%", 100 * point.mean(PruningFigures::parameters)),
                figure(first, point.mean(PruningFigures::after)),
                format("%.2f", point.mean(PruningFigures::loss)),
                format(
                        "%.2f to %.2f",
                        point.least(PruningFigures::loss), point.most(PruningFigures::loss)),
                first.agreement() == null
                        ? "-"
                        : format("%.3f", point.mean(PruningFigures::agreement)),
                format("%d", point.figures().size()));
    }

    private static String figure(PruningFigures figures, double value) {
        return figures.isError()
                ? format("%s %.5f", figures.figure(), value)
                : format("%.2f %%", 100 * value);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

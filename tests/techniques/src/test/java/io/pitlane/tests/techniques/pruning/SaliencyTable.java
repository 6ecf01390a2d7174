package io.pitlane.tests.techniques.pruning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Points lost by criteria and policies as a table in Markdown: one row a series, one column a
 * policy and reduction.
 */
final class SaliencyTable {
    private SaliencyTable() {}

    /**
     * @param points not empty
     */
    static String of(List<SeriesPoint> points) {
        var columns = points.stream().map(SaliencyTable::column).distinct().toList();
        var rows = new LinkedHashMap<String, Map<String, String>>();
        for (var point : points) {
            rows.computeIfAbsent(point.variant().series(), s -> new LinkedHashMap<>())
                    .put(column(point), cell(point));
        }
        var lines = new ArrayList<String>();
        lines.add("| criterion | " + String.join(" | ", columns) + " |");
        lines.add("|---".repeat(columns.size() + 1) + "|");
        rows.forEach((series, cells) -> lines.add(line(series, columns, cells)));
        return String.join("\n", lines) + "\n";
    }

    private static String column(SeriesPoint point) {
        var variant = point.variant();
        return variant.isOfKnownReduction()
                ? format("%s %.0fx", variant.group(), variant.reduction())
                : variant.group();
    }

    /** With the reduction, where the options do not say it. */
    private static String cell(SeriesPoint point) {
        var loss = format("%.2f", point.mean(PruningFigures::loss));
        return point.variant().isOfKnownReduction()
                ? loss
                : loss + format(" at %.1fx", point.mean(PruningFigures::reduction));
    }

    private static String line(String series, List<String> columns, Map<String, String> cells) {
        var texts = columns.stream().map(column -> cells.getOrDefault(column, "")).toList();
        return "| " + series + " | " + String.join(" | ", texts) + " |";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

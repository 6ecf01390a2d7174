package io.pitlane.report;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.Report;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The classes whose accuracy dropped most from the original to the candidate. */
final class ClassesSection {
    private static final int WORST = 10;
    private static final int BAR_PIXELS = 120;

    private static final String HEADER =
            "<th scope=\"col\">class</th><th scope=\"col\">%s of the original</th>"
                    + "<th scope=\"col\">of the candidate</th><th scope=\"col\">points</th>"
                    + "<th class=\"wide\" scope=\"col\">drop</th>";

    private ClassesSection() {}

    /** One class's figure before and after, 0..1. */
    private record Change(int index, double before, double after) {
        double drop() {
            return before - after;
        }
    }

    static String render(Report report) {
        var worst = worst(report);
        if (worst.isEmpty()) {
            return "";
        }
        var most = Math.max(worst.get(0).drop(), 1e-9);
        var rows = new StringBuilder();
        worst.forEach(change -> rows.append(row(change, most)));
        return """
        <section>
        <h2>Classes with the largest drop</h2>
        %s</section>
        """
                .formatted(
                        HtmlTable.of(
                                "Classes with the largest drop",
                                HEADER.formatted(measure(report.plan().task())),
                                rows.toString()));
    }

    private static String measure(Task task) {
        return switch (task) {
            case SEGMENTATION -> "IoU";
            case DETECTION -> "average precision";
            case CLASSIFICATION, REGRESSION -> "recall";
        };
    }

    private static List<Change> worst(Report report) {
        var models = report.models();
        var original = models.get(0).accuracy();
        var candidate = models.get(models.size() - 1).accuracy();
        if (models.size() < 2 || original == null || candidate == null) {
            return List.of();
        }
        return original.perClass().entrySet().stream()
                .filter(entry -> candidate.perClass().containsKey(entry.getKey()))
                .map(
                        entry ->
                                new Change(
                                        entry.getKey(),
                                        entry.getValue(),
                                        candidate.perClass().get(entry.getKey())))
                .sorted(
                        Comparator.comparingDouble(Change::drop)
                                .reversed()
                                .thenComparingInt(Change::index))
                .limit(WORST)
                .toList();
    }

    private static String row(Change change, double most) {
        var width = Math.max(0, change.drop() / most * BAR_PIXELS);
        return String.format(
                Locale.ROOT,
                "<tr><td>%d</td><td>%s</td><td>%s</td><td>%s</td>"
                        + "<td class=\"wide\">%s</td></tr>\n",
                change.index(),
                FigureFormat.percent(change.before()),
                FigureFormat.percent(change.after()),
                FigureFormat.points(-change.drop()),
                Html.bar(width, FigureFormat.points(-change.drop()) + " points"));
    }
}

package io.pitlane.report;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Report;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The accuracy of each class before and after, the class whose accuracy dropped most first. */
final class ClassesSection {
    private static final int WORST = 10;
    private static final int BAR_PIXELS = 120;

    private static final String HEADER =
            "<th scope=\"col\">class</th><th scope=\"col\">%s of %s</th>"
                    + "<th scope=\"col\">of %s</th><th scope=\"col\">points</th>"
                    + "<th class=\"wide\" scope=\"col\">drop</th>";

    private ClassesSection() {}

    /** One class's figure before and after, 0..1. */
    private record Change(int index, double before, double after) {
        double drop() {
            return before - after;
        }
    }

    /**
     * A model that is compared by its classes.
     *
     * @param name of it
     * @param accuracy null without labels
     */
    record Side(String name, Accuracy accuracy) {}

    static String render(Report report) {
        var models = report.models();
        return models.size() < 2
                ? ""
                : of(
                        report.plan().task(),
                        new Side("the original", models.get(0).accuracy()),
                        new Side("the candidate", EnginesTable.candidate(report).accuracy()));
    }

    /** The classes of two models; empty where they have none. */
    static String of(Task task, Side before, Side after) {
        var changes = changes(before.accuracy(), after.accuracy());
        if (changes.isEmpty()) {
            return "";
        }
        int shown = Math.min(WORST, changes.size());
        var header =
                HEADER.formatted(
                        measure(task), Html.escape(before.name()), Html.escape(after.name()));
        return """
        <section>
        <h2>Classes with the largest drop</h2>
        %s%s</section>
        """
                .formatted(
                        HtmlTable.of(
                                "Classes with the largest drop", header, rows(changes, 0, shown)),
                        shown == changes.size() ? "" : rest(changes, shown, header));
    }

    private static String rest(List<Change> changes, int from, String header) {
        return "<details><summary>The other %d classes</summary>\n".formatted(changes.size() - from)
                + HtmlTable.of("The other classes", header, rows(changes, from, changes.size()))
                + "</details>\n";
    }

    private static String rows(List<Change> changes, int from, int to) {
        var most = Math.max(changes.get(0).drop(), 1e-9);
        return changes.subList(from, to).stream()
                .map(change -> row(change, most))
                .collect(Collectors.joining());
    }

    private static String measure(Task task) {
        return switch (task) {
            case SEGMENTATION -> "IoU";
            case DETECTION -> "average precision";
            case CLASSIFICATION, REGRESSION -> "recall";
        };
    }

    private static List<Change> changes(Accuracy original, Accuracy candidate) {
        if (original == null || candidate == null) {
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

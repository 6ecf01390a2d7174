package io.pitlane.report;

import io.pitlane.contract.finding.PruningSearch;
import io.pitlane.contract.finding.PruningSearch.Try;
import io.pitlane.contract.report.Report;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The cuts that were tried for the largest one that keeps the limit of the step. */
final class PruningSearchSection {
    private PruningSearchSection() {}

    static String render(Report report) {
        return report.lineage().stream()
                .flatMap(entry -> entry.findings().stream())
                .filter(PruningSearch.class::isInstance)
                .map(finding -> section((PruningSearch) finding))
                .collect(Collectors.joining());
    }

    private static String section(PruningSearch search) {
        var table =
                new HtmlTable(
                        "Search for the largest cut",
                        List.of("cut", "MACs", "parameters", search.limit(), "start", "result"));
        search.tries().stream()
                .sorted(Comparator.comparing(Try::amount))
                .forEach(made -> table.add(isChosen(search, made) ? "candidate" : "", row(made)));
        return "<section>\n<h2>Search for the largest cut</h2>\n<p class=\"muted\">"
                + Html.escape(summary(search))
                + "</p>\n"
                + table.render()
                + "</section>\n";
    }

    private static boolean isChosen(PruningSearch search, Try made) {
        return search.chosen() != null && search.chosen() == made.amount();
    }

    private static List<String> row(Try made) {
        return List.of(
                percent(made.amount()),
                percent(made.macs()),
                percent(made.parameters()),
                String.format(Locale.ROOT, "%.4f", made.measured()),
                made.warm() ? "smaller cut" : "model before",
                made.held() ? "within the limit" : "beyond the limit");
    }

    private static String summary(PruningSearch search) {
        return String.format(
                Locale.ROOT,
                "On %d images of the validation split, with a limit of %s: %s. A cut is a share of"
                        + " that of the plan; MACs and parameters other than zero are those left.",
                search.samples(),
                search.value(),
                search.chosen() == null
                        ? "no cut keeps it, and the model stays as it was"
                        : percent(search.chosen()) + " is the largest that keeps it");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}

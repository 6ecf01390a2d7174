package io.pitlane.report;

import io.pitlane.contract.report.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * A report as HTML: one self-contained page without a script, or its sections for a page that links
 * the {@link #stylesheet()}. Nothing is loaded from elsewhere, no element has a style of its own,
 * and text from the report is escaped.
 */
public final class HtmlReport {
    private HtmlReport() {}

    /** The page of a report. */
    public static String render(Report report) {
        return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Pitlane: %s</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        %s</main>
        </body>
        </html>
        """
                .formatted(
                        Html.escape(report.plan().name()),
                        stylesheet(),
                        heading(report) + sections(report));
    }

    /** Every section of a report, from its verdict to where it was measured. */
    public static String sections(Report report) {
        return violations(report)
                + FiguresSection.headline(report)
                + conditions(report)
                + FiguresSection.table(report)
                + LatencySection.render(report)
                + PlotsSection.render(report)
                + ClassesSection.render(report)
                + TrainingSection.render(report)
                + PruningSearchSection.render(report)
                + LadderSection.render(report)
                + SensitivitySection.render(report)
                + ChannelSensitivitySection.render(report)
                + LayersSection.render(report)
                + NotesSection.render(report)
                + LineageSection.render(report)
                + EnvironmentSection.render(report);
    }

    private static String heading(Report report) {
        var passed = report.verdict().passed();
        return """
        <header>
        <h1>%s</h1>
        <span class="verdict %s">%s</span>
        </header>
        <p class="muted">Run %s</p>
        """
                .formatted(
                        Html.escape(report.plan().name()),
                        passed ? "passed" : "not-passed",
                        passed ? "passed" : "not passed",
                        Html.escape(report.run()));
    }

    private static String violations(Report report) {
        if (report.verdict().violations().isEmpty()) {
            return "";
        }
        return report.verdict().violations().stream()
                .map(violation -> "<li>" + Html.escape(violation) + "</li>\n")
                .collect(
                        Collectors.joining(
                                "",
                                "<section>\n<h2>Violated constraints</h2>\n<ul>\n",
                                "</ul>\n</section>\n"));
    }

    private static String conditions(Report report) {
        var conditions = new ConditionsTable(report);
        if (conditions.isEmpty()) {
            return "";
        }
        var table = new HtmlTable("Conditions", conditions.table().header());
        conditions.table().rows().forEach(row -> table.add("", row));
        return "<section>\n<h2>Conditions</h2>\n"
                + table.render()
                + conditions
                        .note()
                        .map(note -> "<p class=\"muted\">" + Html.escape(note) + "</p>\n")
                        .orElse("")
                + "</section>\n";
    }

    /** The CSS of the page and of the sections, in light and dark. */
    public static String stylesheet() {
        try (var css = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

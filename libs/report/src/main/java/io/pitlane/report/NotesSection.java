package io.pitlane.report;

import io.pitlane.contract.report.Report;
import java.util.stream.Collectors;

/** The notes on each model. */
final class NotesSection {
    private NotesSection() {}

    static String render(Report report) {
        var notes =
                report.models().stream()
                        .filter(model -> !model.notes().isEmpty())
                        .map(
                                model ->
                                        model.notes().stream()
                                                .map(note -> "<li>" + Html.escape(note) + "</li>\n")
                                                .collect(
                                                        Collectors.joining(
                                                                "",
                                                                "<h3>"
                                                                        + Html.escape(model.label())
                                                                        + "</h3>\n<ul>\n",
                                                                "</ul>\n")))
                        .collect(Collectors.joining());
        return notes.isEmpty() ? "" : "<section>\n<h2>Notes</h2>\n" + notes + "</section>\n";
    }
}

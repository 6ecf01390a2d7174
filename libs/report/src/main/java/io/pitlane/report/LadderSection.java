package io.pitlane.report;

import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.finding.QuantizationLadder.Rung;
import io.pitlane.contract.report.Report;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ways to quantize that were tried until one kept the limit of the step. */
final class LadderSection {
    private LadderSection() {}

    static String render(Report report) {
        return report.lineage().stream()
                .flatMap(entry -> entry.findings().stream())
                .filter(QuantizationLadder.class::isInstance)
                .map(finding -> section((QuantizationLadder) finding))
                .collect(Collectors.joining());
    }

    private static String section(QuantizationLadder ladder) {
        var table =
                new HtmlTable(
                        "Ladder of quantization",
                        List.of("rung", ladder.limit(), "SQNR", "agreement", "result"));
        for (var rung : ladder.rungs()) {
            var row =
                    List.of(
                            rung.name(),
                            format("%.4f", rung.measured()),
                            format("%.1f dB", rung.error().sqnr()),
                            format("%.4f", rung.error().agreement()),
                            result(ladder, rung));
            table.add(rung.name().equals(ladder.chosen()) ? "candidate" : "", row);
        }
        return "<section>\n<h2>Ladder of quantization</h2>\n<p class=\"muted\">"
                + Html.escape(summary(ladder))
                + "</p>\n"
                + table.render()
                + "</section>\n";
    }

    private static String summary(QuantizationLadder ladder) {
        return String.format(
                Locale.ROOT,
                "On %d images of the validation split, with a limit of %s: %s.",
                ladder.samples(),
                ladder.value(),
                ladder.held()
                        ? "'" + ladder.chosen() + "' is the first that keeps it"
                        : "none keeps it, and '" + ladder.chosen() + "' is the best");
    }

    private static String result(QuantizationLadder ladder, Rung rung) {
        var kept = rung.name().equals(ladder.chosen()) ? ", kept" : "";
        return (rung.held() ? "within the limit" : "beyond the limit") + kept;
    }

    private static String format(String pattern, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, pattern, value);
    }
}

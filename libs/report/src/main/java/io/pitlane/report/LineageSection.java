package io.pitlane.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.artifact.ShortDigest;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.step.Step;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The steps that made the candidate, as a graph and with their options and outputs. */
final class LineageSection {
    private static final String HEADER =
            "<th scope=\"col\">step</th><th class=\"wide\" scope=\"col\">options</th>"
                    + HtmlTable.header(List.of("output", "code", "seconds"));

    private LineageSection() {}

    static String render(Report report) {
        if (report.lineage().isEmpty()) {
            return "";
        }
        var rows = report.lineage().stream().map(LineageSection::row).collect(Collectors.joining());
        return """
        <section>
        <h2>Lineage</h2>
        %s%s</section>
        """
                .formatted(
                        new LineageGraph(report).render(), HtmlTable.of("Lineage", HEADER, rows));
    }

    private static String row(LineageEntry entry) {
        return String.format(
                Locale.ROOT,
                "<tr><td>%s</td><td class=\"wide\"><code>%s</code></td>"
                        + "<td><code title=\"%s\">%s</code></td><td>%s</td><td>%.1f%s</td></tr>\n",
                Html.escape(entry.step().stage().label()),
                Html.escape(options(entry.step())),
                Html.escape(entry.output()),
                Html.escape(ShortDigest.of(entry.output())),
                Html.escape(entry.codeVersion()),
                entry.seconds(),
                entry.cached() ? " (cached)" : "");
    }

    private static String options(Step step) {
        try {
            return ContractJson.MAPPER.writerFor(Step.class).writeValueAsString(step);
        } catch (JsonProcessingException e) {
            return step.toString();
        }
    }
}

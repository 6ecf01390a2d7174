package io.pitlane.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.LineageEntry;
import io.pitlane.contract.Report;
import io.pitlane.contract.Step;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the models came to be, what there is to say about them, and where they were measured. */
final class ProvenanceSection {
    private static final int SHORT_DIGEST = 12;

    private ProvenanceSection() {}

    static String notes(Report report) {
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

    static String lineage(Report report) {
        if (report.lineage().isEmpty()) {
            return "";
        }
        var rows =
                report.lineage().stream().map(ProvenanceSection::row).collect(Collectors.joining());
        return """
        <section>
        <h2>Lineage</h2>
        <div class="scroll"><table>
        <tr><th>step</th><th class="wide">options</th><th>made</th><th>code</th><th>seconds</th></tr>
        %s</table></div>
        </section>
        """
                .formatted(rows);
    }

    private static String row(LineageEntry entry) {
        return String.format(
                Locale.ROOT,
                "<tr><td>%s</td><td class=\"wide\"><code>%s</code></td>"
                        + "<td><code title=\"%s\">%s</code></td><td>%s</td><td>%.1f</td></tr>\n",
                Html.escape(entry.step().stage().label()),
                Html.escape(options(entry.step())),
                Html.escape(entry.output()),
                Html.escape(shortened(entry.output())),
                Html.escape(entry.codeVersion()),
                entry.seconds());
    }

    private static String options(Step step) {
        try {
            return ContractJson.MAPPER.writerFor(Step.class).writeValueAsString(step);
        } catch (JsonProcessingException e) {
            return step.toString();
        }
    }

    private static String shortened(String digest) {
        return digest == null || digest.length() <= SHORT_DIGEST
                ? String.valueOf(digest)
                : digest.substring(0, SHORT_DIGEST);
    }

    static String environment(Report report) {
        var environment = report.environment();
        var facts = new LinkedHashMap<String, String>();
        facts.put("Processor", environment.cpu());
        facts.put("Instruction sets", String.join(" ", environment.cpuFlags()));
        facts.put("Graphics", environment.gpu() == null ? "none" : environment.gpu());
        facts.put("Threads", String.valueOf(environment.threads()));
        facts.put("TensorFlow", environment.tensorflow());
        facts.put("oneDNN", oneDnn(environment));
        facts.put("Java", environment.java());
        facts.put("System", environment.os());
        facts.put("Training images", String.valueOf(report.data().trainSamples()));
        facts.put("Test images", String.valueOf(report.data().testSamples()));
        facts.put("Data digest", report.data().digest());
        facts.put("Seed", String.valueOf(report.plan().seed()));
        return facts.entrySet().stream()
                .map(
                        fact ->
                                "<dt>%s</dt><dd>%s</dd>\n"
                                        .formatted(
                                                Html.escape(fact.getKey()),
                                                Html.escape(fact.getValue())))
                .collect(
                        Collectors.joining(
                                "",
                                "<section>\n<h2>Measured on</h2>\n<dl>\n",
                                "</dl>\n</section>\n"));
    }

    private static String oneDnn(Report.Environment environment) {
        var setting = environment.oneDnn() ? "on" : "off";
        return environment.isa() == null ? setting : setting + ", up to " + environment.isa();
    }
}

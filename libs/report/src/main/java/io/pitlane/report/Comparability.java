package io.pitlane.report;

import io.pitlane.contract.report.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What must be the same where figures of two reports are compared: the task and the metric, the
 * data, the machine and the engines.
 */
final class Comparability {
    private Comparability() {}

    /** What differs from the first report, a sentence each; empty when all are comparable. */
    static List<String> differences(List<Report> reports) {
        var first = facts(reports.get(0));
        var differences = new ArrayList<String>();
        for (int i = 1; i < reports.size(); i++) {
            var other = facts(reports.get(i));
            var run = i;
            Stream.concat(first.keySet().stream(), other.keySet().stream())
                    .distinct()
                    .filter(name -> !first.getOrDefault(name, "").isEmpty())
                    .filter(name -> !other.getOrDefault(name, "").isEmpty())
                    .filter(name -> !Objects.equals(first.get(name), other.get(name)))
                    .map(
                            name ->
                                    "%s: %s in run %s, but %s in run %s."
                                            .formatted(
                                                    name,
                                                    first.get(name),
                                                    RunsComparison.letter(0),
                                                    other.get(name),
                                                    RunsComparison.letter(run)))
                    .forEach(differences::add);
        }
        return List.copyOf(differences);
    }

    private static Map<String, String> facts(Report report) {
        var metric = QualityMetric.of(report);
        var facts = new LinkedHashMap<String, String>();
        facts.put("Task", report.plan().task().label());
        facts.put("Metric", metric.title());
        facts.put("Data", report.data().digest());
        facts.put("Test images", String.valueOf(report.data().testSamples()));
        if (report.models().get(0).accuracy() == null) {
            // Without labels the figure is the agreement with the original.
            facts.put("Original model", report.models().get(0).digest());
        }
        facts.putAll(EnvironmentSection.machine(withoutSharing(report.environment())));
        report.engines()
                .forEach(
                        e ->
                                facts.put(
                                        "Version of " + e.engine().title(),
                                        Objects.requireNonNullElse(e.version(), "")));
        return facts;
    }

    /** Who else used a GPU is told by the report, but is no other machine. */
    private static Report.Environment withoutSharing(Report.Environment e) {
        var gpu = e.gpu() == null ? null : new Report.Gpu(e.gpu().name(), e.gpu().driver(), "any");
        return new Report.Environment(
                e.cpu(),
                e.cpuFlags(),
                gpu,
                e.threads(),
                e.tensorflow(),
                e.oneDnn(),
                e.isa(),
                e.java(),
                e.os());
    }
}

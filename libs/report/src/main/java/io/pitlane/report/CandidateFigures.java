package io.pitlane.report;

import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The headline figures of a report's candidate, as text.
 *
 * @param qualityTitle what it is measured by, as {@code mean IoU}
 * @param quality the measure, as {@code 94.66 %}
 * @param size of the SavedModel, as {@code 74.1 kB}
 * @param latency p50 on TensorFlow at the first batch size, as {@code 0.42 ms}; {@code -} without
 */
public record CandidateFigures(String qualityTitle, String quality, String size, String latency) {

    /** The figures of a report's candidate. */
    public static CandidateFigures of(Report report) {
        var metric = QualityMetric.of(report);
        var candidate = candidate(report);
        return new CandidateFigures(
                metric.title(),
                metric.text(candidate),
                FigureFormat.bytes(candidate.sizeBytes()),
                latency(report)
                        .map(l -> FigureFormat.millis(l.p50Millis()))
                        .orElse(FigureFormat.NONE));
    }

    /**
     * How the figures of the candidate changed from one report to another, a phrase each, as {@code
     * top-1 +0.32 points}; empty where {@link RunsComparison#differences} are not.
     */
    public static List<String> changes(Report before, Report now) {
        if (!RunsComparison.differences(List.of(before, now)).isEmpty()) {
            return List.of();
        }
        var changes = new ArrayList<String>();
        var metric = QualityMetric.of(now);
        var from = metric.value().apply(candidate(before));
        var to = metric.value().apply(candidate(now));
        if (from != null && to != null) {
            changes.add(metric.title() + " " + difference(metric, to - from));
        }
        changes.add("size " + percent(candidate(before).sizeBytes(), candidate(now).sizeBytes()));
        latency(now)
                .ifPresent(
                        latest ->
                                ReportTable.latency(candidate(before), latest.batch())
                                        .map(Latency::p50Millis)
                                        .ifPresent(
                                                earlier ->
                                                        changes.add(
                                                                "p50 "
                                                                        + percent(
                                                                                earlier,
                                                                                latest
                                                                                        .p50Millis()))));
        return List.copyOf(changes);
    }

    private static String difference(QualityMetric metric, double difference) {
        return metric.share()
                ? FigureFormat.points(difference) + " points"
                : String.format(Locale.ROOT, "%+.4g", difference);
    }

    private static String percent(double before, double now) {
        return FigureFormat.points(now / before - 1) + " %";
    }

    private static ModelFigures candidate(Report report) {
        return report.models().get(report.models().size() - 1);
    }

    private static Optional<Latency> latency(Report report) {
        return candidate(report).latency().stream()
                .findFirst()
                .flatMap(first -> ReportTable.latency(candidate(report), first.batch()));
    }
}

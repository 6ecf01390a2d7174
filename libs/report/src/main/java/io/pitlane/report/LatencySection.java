package io.pitlane.report;

import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.EngineFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.contract.report.Report.Speedup;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Percentiles of the latency and the intervals of the speedups against the original on TensorFlow.
 */
final class LatencySection {
    private static final List<String> HEADER =
            List.of(
                    "model",
                    "engine",
                    "threads",
                    "batch",
                    "samples",
                    "p50",
                    "p90",
                    "p95",
                    "p99",
                    "p99.9",
                    "images/s",
                    "faster",
                    "95 % interval");

    private LatencySection() {}

    static String render(Report report) {
        if (report.models().stream().allMatch(model -> model.latency().isEmpty())) {
            return "";
        }
        var table = new HtmlTable("Latency", HEADER);
        for (var model : report.models()) {
            model.latency().forEach(latency -> table.add("", row(report, model, latency)));
        }
        return "<section>\n<h2>Latency</h2>\n" + table.render() + "</section>\n";
    }

    private static List<String> row(Report report, ModelFigures model, Latency latency) {
        var speedup = speedup(report, model, latency);
        var figures =
                Stream.of(
                        model.label(),
                        latency.engine().title(),
                        String.valueOf(latency.threads()),
                        String.valueOf(latency.batch()),
                        String.valueOf(latency.samples()),
                        FigureFormat.millis(latency.p50Millis()),
                        FigureFormat.millis(latency.p90Millis()),
                        FigureFormat.millis(latency.p95Millis()),
                        millis(latency.p99Millis()),
                        millis(latency.p999Millis()),
                        FigureFormat.perSecond(latency.imagesPerSecond()),
                        speedup.map(FigureFormat::speedup).orElse(FigureFormat.NONE),
                        speedup.map(LatencySection::interval).orElse(FigureFormat.NONE));
        return figures.toList();
    }

    private static Optional<Speedup> speedup(Report report, ModelFigures model, Latency latency) {
        var compared =
                report.comparison().stream()
                        .filter(comparison -> comparison.label().equals(model.label()))
                        .map(Comparison::speedup);
        var original =
                model.equals(report.models().get(0))
                        ? report.engines().stream().map(EngineFigures::original)
                        : Stream.<List<Speedup>>empty();
        return Stream.concat(compared, original)
                .flatMap(List::stream)
                .filter(Speedup::isAgainstTensorFlow)
                .filter(speedup -> speedup.engine() == latency.engine())
                .filter(speedup -> speedup.threads() == latency.threads())
                .filter(speedup -> speedup.batch() == latency.batch())
                .findFirst();
    }

    private static String millis(Double millis) {
        return millis == null ? FigureFormat.NONE : FigureFormat.millis(millis);
    }

    private static String interval(Speedup speedup) {
        return FigureFormat.times(speedup.low()) + " to " + FigureFormat.times(speedup.high());
    }
}

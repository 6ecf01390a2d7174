package io.pitlane.cli.report;

import io.pitlane.cli.report.ScatterPlot.Point;
import io.pitlane.contract.Report;
import io.pitlane.contract.Report.ModelFigures;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Accuracy against size and against latency; without labels, agreement with the original stands in
 * for accuracy.
 */
final class PlotsSection {
    private static final double LEAST_POINTS = 1;

    private PlotsSection() {}

    static String render(Report report) {
        var size = sizeUnit(report);
        return "<section class=\"plots\">\n"
                + plot(report, size.title(), model -> model.sizeBytes() / size.bytes())
                + latency(report)
                + "</section>\n";
    }

    private record SizeUnit(String title, double bytes) {}

    private static SizeUnit sizeUnit(Report report) {
        var most = report.models().stream().mapToLong(ModelFigures::sizeBytes).max().orElse(0);
        return most >= 1_000_000 ? new SizeUnit("Size (MB)", 1e6) : new SizeUnit("Size (kB)", 1e3);
    }

    private static String latency(Report report) {
        var measured = report.models().get(0).latency();
        if (measured.isEmpty()) {
            return "";
        }
        var batch = measured.get(0).batch();
        return plot(
                report,
                "Latency p50 at batch " + batch + " (ms)",
                model ->
                        model.latency().stream()
                                .filter(latency -> latency.batch() == batch)
                                .mapToDouble(Report.Latency::p50Millis)
                                .findFirst()
                                .orElse(0));
    }

    private static String plot(
            Report report, String title, ToDoubleFunction<ModelFigures> abscissa) {
        var labelled = report.models().stream().allMatch(model -> model.accuracy() != null);
        ToDoubleFunction<ModelFigures> quality =
                labelled
                        ? model -> model.accuracy().top1() * 100
                        : model ->
                                model.fidelity() == null ? 100 : model.fidelity().agreement() * 100;
        var what = labelled ? "Accuracy" : "Agreement with the original";
        var x = values(report, abscissa);
        var y = values(report, quality);
        var points = report.models().stream().map(m -> point(m, abscissa, quality)).toList();
        var plot =
                new ScatterPlot(
                        Axis.fromZero(title, x),
                        Axis.around(what + " (%)", y, LEAST_POINTS, 100),
                        points);
        var heading = what + " against " + title.replaceAll(" \\(.*", "").toLowerCase(Locale.ROOT);
        return "<div>\n<h2>" + Html.escape(heading) + "</h2>\n" + plot.render() + "</div>\n";
    }

    private static List<Double> values(Report report, ToDoubleFunction<ModelFigures> figure) {
        return report.models().stream().map(figure::applyAsDouble).toList();
    }

    private static Point point(
            ModelFigures model,
            ToDoubleFunction<ModelFigures> abscissa,
            ToDoubleFunction<ModelFigures> quality) {
        return new Point(
                model.label(), abscissa.applyAsDouble(model), quality.applyAsDouble(model));
    }
}

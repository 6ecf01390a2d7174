package io.pitlane.report;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.report.ScatterPlot.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * The models' {@link QualityMetric} against size and against latency; in the second, the candidate
 * stands for every engine that it was measured on.
 */
final class PlotsSection {
    private PlotsSection() {}

    static String render(Report report) {
        var size = SizeUnit.of(report.models().stream().mapToLong(ModelFigures::sizeBytes));
        return "<section class=\"plots\">\n"
                + plot(
                        report,
                        report.models(),
                        size.title(),
                        model -> model.sizeBytes() / size.bytes())
                + latency(report)
                + "</section>\n";
    }

    /**
     * @param title of an axis in this unit
     * @param bytes in one of it
     */
    record SizeUnit(String title, double bytes) {
        static SizeUnit of(LongStream sizes) {
            return sizes.max().orElse(0) >= 1_000_000
                    ? new SizeUnit("Size (MB)", 1e6)
                    : new SizeUnit("Size (kB)", 1e3);
        }
    }

    private static String latency(Report report) {
        var measured = report.models().get(0).latency();
        if (measured.isEmpty()) {
            return "";
        }
        var batch = measured.get(0).batch();
        return plot(
                report,
                onEngines(report),
                "Latency p50 at batch " + batch + " (ms)",
                model ->
                        model.latency().stream()
                                .filter(latency -> latency.batch() == batch)
                                .mapToDouble(Report.Latency::p50Millis)
                                .findFirst()
                                .orElse(0));
    }

    /** Every model on TensorFlow, then the candidate on the other engines. */
    private static List<ModelFigures> onEngines(Report report) {
        var models = new ArrayList<ModelFigures>();
        report.models().forEach(m -> models.add(on(Engine.TENSORFLOW, m).build()));
        var candidate = report.models().get(report.models().size() - 1);
        for (var engine : Engine.values()) {
            if (engine == Engine.TENSORFLOW) {
                continue;
            }
            candidate.delivered().stream()
                    .filter(d -> d.format() == ModelFormat.of(engine) && d.unmeasured() == null)
                    .map(
                            delivered ->
                                    on(engine, candidate)
                                            .label(candidate.label() + ", " + engine.title())
                                            .accuracy(delivered.accuracy())
                                            .fidelity(delivered.fidelity())
                                            .build())
                    .filter(model -> !model.latency().isEmpty())
                    .forEach(models::add);
        }
        return models;
    }

    private static ModelFigures.Builder on(Engine engine, ModelFigures model) {
        return model.toBuilder()
                .latency(model.latency().stream().filter(l -> l.engine() == engine).toList());
    }

    private static String plot(
            Report report,
            List<ModelFigures> models,
            String title,
            ToDoubleFunction<ModelFigures> abscissa) {
        var quality = QualityMetric.of(report);
        var shown = models.stream().filter(m -> quality.value().apply(m) != null).toList();
        if (shown.isEmpty()) {
            return "";
        }
        var x = Axis.fromZero(title, values(shown, abscissa));
        var y = quality.axis(values(shown, quality::plotted));
        var points = shown.stream().map(m -> point(m, abscissa, quality::plotted)).toList();
        var plot = new ScatterPlot(x, y, points);
        var what = y.title().replace(" (%)", "");
        var heading = what + " against " + title.replaceAll(" \\(.*", "").toLowerCase(Locale.ROOT);
        return "<div>\n<h2>" + Html.escape(heading) + "</h2>\n" + plot.render() + "</div>\n";
    }

    private static List<Double> values(
            List<ModelFigures> models, ToDoubleFunction<ModelFigures> figure) {
        return models.stream().map(figure::applyAsDouble).toList();
    }

    private static Point point(
            ModelFigures model,
            ToDoubleFunction<ModelFigures> abscissa,
            ToDoubleFunction<ModelFigures> quality) {
        return new Point(
                model.label(), abscissa.applyAsDouble(model), quality.applyAsDouble(model));
    }
}

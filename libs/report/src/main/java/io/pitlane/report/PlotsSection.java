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

/**
 * The models' {@link QualityMetric} against size and against latency; in the second, the candidate
 * stands for every engine that it was measured on.
 */
final class PlotsSection {
    private static final double LEAST_POINTS = 1;

    private PlotsSection() {}

    static String render(Report report) {
        var size = sizeUnit(report);
        return "<section class=\"plots\">\n"
                + plot(
                        report,
                        report.models(),
                        size.title(),
                        model -> model.sizeBytes() / size.bytes())
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
        double factor = quality.share() ? 100 : 1;
        ToDoubleFunction<ModelFigures> ordinate = m -> factor * quality.value().apply(m);
        var x = values(shown, abscissa);
        var y = values(shown, ordinate);
        var points = shown.stream().map(m -> point(m, abscissa, ordinate)).toList();
        var what = capitalised(quality.title());
        var plot =
                new ScatterPlot(
                        Axis.fromZero(title, x),
                        quality.share()
                                ? Axis.around(what + " (%)", y, LEAST_POINTS, 100)
                                : Axis.fromZero(what, y),
                        points);
        var heading = what + " against " + title.replaceAll(" \\(.*", "").toLowerCase(Locale.ROOT);
        return "<div>\n<h2>" + Html.escape(heading) + "</h2>\n" + plot.render() + "</div>\n";
    }

    private static String capitalised(String title) {
        return title.startsWith("mAP")
                ? title
                : title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
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

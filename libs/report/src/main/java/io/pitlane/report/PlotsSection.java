package io.pitlane.report;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.report.ScatterPlot.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * The models' {@link QualityMetric} against size, latency and throughput; in the last two, the
 * candidate stands for every engine that it was measured on.
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
                + onEngines(report)
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

    private static String onEngines(Report report) {
        var batches =
                report.models().get(0).latency().stream().map(Latency::batch).distinct().toList();
        if (batches.isEmpty()) {
            return "";
        }
        int most = batches.stream().mapToInt(batch -> batch).max().getAsInt();
        return timed(report, "Latency p50", batches.get(0), " (ms)", Latency::p50Millis)
                + timed(report, "Throughput", most, " (images/s)", Latency::imagesPerSecond);
    }

    /** A plot against a figure at a batch size, of the models that were timed at it. */
    private static String timed(
            Report report, String what, int batch, String unit, ToDoubleFunction<Latency> figure) {
        var models =
                modelsOnEngines(report).stream()
                        .map(model -> model.toBuilder().latency(at(batch, model)).build())
                        .filter(model -> !model.latency().isEmpty())
                        .toList();
        return plot(
                report,
                models,
                what + " at batch " + batch + unit,
                model -> figure.applyAsDouble(model.latency().get(0)));
    }

    private static List<Latency> at(int batch, ModelFigures model) {
        return model.latency().stream().filter(latency -> latency.batch() == batch).toList();
    }

    /** Every model on TensorFlow, then the candidate on the other engines. */
    private static List<ModelFigures> modelsOnEngines(Report report) {
        var models = new ArrayList<ModelFigures>();
        report.models().forEach(m -> models.add(on(Engine.TENSORFLOW, m).build()));
        var candidate = report.models().get(report.models().size() - 1);
        for (var engine : Engine.values()) {
            if (engine == Engine.TENSORFLOW) {
                continue;
            }
            candidate.delivered().stream()
                    .filter(d -> d.format().runsOn(engine) && d.unmeasured() == null)
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

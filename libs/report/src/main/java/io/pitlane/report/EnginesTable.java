package io.pitlane.report;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.EngineFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.contract.report.Report.Speedup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The original and the candidate on every engine: the original's own float export shows what the
 * engine brings, and the candidate against it what compression brings.
 */
final class EnginesTable {
    private final Report report;
    private final QualityMetric quality;

    EnginesTable(Report report) {
        this.report = report;
        this.quality = QualityMetric.of(report);
    }

    /** Whether anything was measured with another engine or another number of threads. */
    boolean isEmpty() {
        return latencies()
                .allMatch(l -> l.engine() == Engine.TENSORFLOW && l.threads() == firstThreads());
    }

    private Stream<Latency> latencies() {
        return report.models().stream().flatMap(model -> model.latency().stream());
    }

    private int firstThreads() {
        return latencies().findFirst().map(Latency::threads).orElse(1);
    }

    /** One row a model, engine and number of threads. */
    TextTable table() {
        var header = new ArrayList<>(List.of("model", "engine"));
        if (hasSeveralThreads()) {
            header.add("threads");
        }
        header.addAll(List.of(quality.title(), "size"));
        for (int batch : batches()) {
            header.add("p50, batch " + batch);
            header.add("faster");
            header.add("same engine");
        }
        var table = new TextTable(header);
        for (var model : shown()) {
            for (var engine : Engine.values()) {
                threads().stream()
                        .filter(threads -> hasLatency(model, engine, threads))
                        .forEach(threads -> table.add(row(model, engine, threads)));
            }
        }
        return table;
    }

    /**
     * How often the engines agree, the engines that are missing, and the formats that were not
     * measured, a line each.
     */
    List<String> remarks() {
        var agreement =
                candidate().engineAgreement().stream()
                        .map(
                                pair ->
                                        "%s and %s give %s of the %s the same class."
                                                .formatted(
                                                        pair.first().engine().title(),
                                                        pair.second().engine().title(),
                                                        FigureFormat.percent(pair.agreement()),
                                                        classified()));
        var missing =
                report.engines().stream()
                        .filter(engine -> engine.missing() != null)
                        .map(e -> "%s is missing: %s".formatted(e.engine().title(), e.missing()));
        var unmeasured =
                candidate().delivered().stream()
                        .filter(delivered -> delivered.unmeasured() != null)
                        .map(
                                d ->
                                        "Not measured as %s: %s"
                                                .formatted(d.format().label(), d.unmeasured()));
        return Stream.of(agreement, missing, unmeasured).flatMap(lines -> lines).toList();
    }

    private String classified() {
        return report.plan().task() == Task.SEGMENTATION ? "pixels" : "test images";
    }

    private List<ModelFigures> shown() {
        var original = report.models().get(0);
        return report.models().size() == 1 ? List.of(original) : List.of(original, candidate());
    }

    private ModelFigures candidate() {
        return report.models().get(report.models().size() - 1);
    }

    private boolean hasSeveralThreads() {
        return threads().size() > 1;
    }

    private List<Integer> threads() {
        return latencies().map(Latency::threads).distinct().toList();
    }

    private List<Integer> batches() {
        return report.models().get(0).latency().stream().map(Latency::batch).distinct().toList();
    }

    private static boolean hasLatency(ModelFigures model, Engine engine, int threads) {
        return model.latency().stream()
                .anyMatch(l -> l.engine() == engine && l.threads() == threads);
    }

    private List<String> row(ModelFigures model, Engine engine, int threads) {
        var cells = new ArrayList<>(List.of(model.label(), engine.title()));
        if (hasSeveralThreads()) {
            cells.add(String.valueOf(threads));
        }
        var delivered = delivered(model, engine);
        cells.add(
                engine == Engine.TENSORFLOW
                        ? quality.text(model)
                        : delivered
                                .filter(d -> d.unmeasured() == null)
                                .map(d -> quality.text(asModel(d)))
                                .orElse(FigureFormat.NONE));
        cells.add(
                engine == Engine.TENSORFLOW
                        ? FigureFormat.bytes(model.sizeBytes())
                        : delivered
                                .map(d -> FigureFormat.bytes(d.sizeBytes()))
                                .orElse(FigureFormat.NONE));
        for (int batch : batches()) {
            cells.addAll(speed(model, engine, threads, batch));
        }
        return cells;
    }

    private static Optional<DeliveredFigures> delivered(ModelFigures model, Engine engine) {
        return model.delivered().stream()
                .filter(d -> d.format() == ModelFormat.of(engine))
                .findFirst();
    }

    private static ModelFigures asModel(DeliveredFigures delivered) {
        return ModelFigures.builder()
                .accuracy(delivered.accuracy())
                .fidelity(delivered.fidelity())
                .build();
    }

    private List<String> speed(ModelFigures model, Engine engine, int threads, int batch) {
        var latency =
                model.latency().stream()
                        .filter(l -> l.engine() == engine && l.threads() == threads)
                        .filter(l -> l.batch() == batch)
                        .findFirst();
        var speedups =
                speedups(model, engine).stream()
                        .filter(s -> s.engine() == engine && s.threads() == threads)
                        .filter(s -> s.batch() == batch)
                        .toList();
        return List.of(
                latency.map(l -> FigureFormat.millis(l.p50Millis())).orElse(FigureFormat.NONE),
                speedup(speedups, Speedup::isAgainstTensorFlow),
                speedup(speedups, s -> s.baseline() == engine));
    }

    private List<Speedup> speedups(ModelFigures model, Engine engine) {
        return model.equals(report.models().get(0))
                ? report.engines().stream()
                        .filter(e -> e.engine() == engine)
                        .map(EngineFigures::original)
                        .flatMap(List::stream)
                        .toList()
                : report.comparison().get(report.comparison().size() - 1).speedup();
    }

    private static String speedup(List<Speedup> speedups, Predicate<Speedup> wanted) {
        return speedups.stream()
                .filter(wanted)
                .findFirst()
                .map(FigureFormat::speedup)
                .orElse(FigureFormat.NONE);
    }
}

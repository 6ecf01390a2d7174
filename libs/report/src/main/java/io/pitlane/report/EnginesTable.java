package io.pitlane.report;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.contract.report.Report.Speedup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
                        .map(threads -> new EngineResult(report, model, engine, threads))
                        .filter(EngineResult::isTimed)
                        .forEach(result -> table.add(row(result)));
            }
        }
        return table;
    }

    /**
     * How often the engines agree, the engines that are missing, and the formats of engines that
     * were not measured, a line each.
     */
    List<String> remarks() {
        var agreement =
                candidate().engineAgreement().stream()
                        .map(
                                pair ->
                                        agreement(
                                                report,
                                                pair,
                                                FigureFormat.percent(pair.agreement())));
        var missing =
                report.engines().stream()
                        .filter(engine -> engine.missing() != null)
                        .map(e -> "%s is missing: %s".formatted(e.engine().title(), e.missing()));
        var unmeasured =
                candidate().delivered().stream()
                        .filter(delivered -> delivered.format().runnable().isPresent())
                        .filter(delivered -> delivered.unmeasured() != null)
                        .map(
                                d ->
                                        "Not measured as %s: %s"
                                                .formatted(d.format().label(), d.unmeasured()));
        return Stream.of(agreement, missing, unmeasured).flatMap(lines -> lines).toList();
    }

    /**
     * How often two engines agree, in words.
     *
     * @param share the agreement as text
     */
    static String agreement(Report report, EngineAgreement pair, String share) {
        var classified = report.plan().task() == Task.SEGMENTATION ? "pixels" : "test images";
        return "%s and %s give %s of the %s the same class."
                .formatted(
                        pair.first().engine().title(),
                        pair.second().engine().title(),
                        share,
                        classified);
    }

    private List<ModelFigures> shown() {
        var original = report.models().get(0);
        return report.models().size() == 1 ? List.of(original) : List.of(original, candidate());
    }

    private ModelFigures candidate() {
        return candidate(report);
    }

    static ModelFigures candidate(Report report) {
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

    private List<String> row(EngineResult result) {
        var cells = new ArrayList<>(List.of(result.model().label(), result.engine().title()));
        if (hasSeveralThreads()) {
            cells.add(String.valueOf(result.threads()));
        }
        cells.add(result.scored().map(quality::text).orElse(FigureFormat.NONE));
        cells.add(result.sizeBytes().map(FigureFormat::bytes).orElse(FigureFormat.NONE));
        for (int batch : batches()) {
            cells.addAll(
                    List.of(
                            result.latency(batch)
                                    .map(l -> FigureFormat.millis(l.p50Millis()))
                                    .orElse(FigureFormat.NONE),
                            speedup(result.againstTensorFlow(batch)),
                            speedup(result.sameEngine(batch))));
        }
        return cells;
    }

    private static String speedup(Optional<Speedup> speedup) {
        return speedup.map(FigureFormat::speedup).orElse(FigureFormat.NONE);
    }
}

package io.pitlane.report;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.contract.report.Report.Speedup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A report as text tables: the figures of every model on TensorFlow, its ratios to the original,
 * the original and the candidate on every engine, and the conditions of the verdict.
 */
public final class ReportTable {
    private final Report report;
    private final QualityMetric quality;

    /** The tables of a report. */
    public ReportTable(Report report) {
        this.report = report;
        this.quality = QualityMetric.of(report);
    }

    /** The tables, followed by the verdict. */
    public String render() {
        return figures().render()
                + "\n\n"
                + ratios().render()
                + "\n"
                + untimed()
                + "\n"
                + engines()
                + conditions()
                + verdict();
    }

    /** Which batch sizes of the plan have no columns. */
    private String untimed() {
        var untimed = report.untimedBatchSizes().stream().map(String::valueOf).toList();
        return untimed.isEmpty()
                ? ""
                : "Not timed: batch size %s. The notes in the report say why.\n"
                        .formatted(String.join(", ", untimed));
    }

    private String engines() {
        var engines = new EnginesTable(report);
        var remarks = String.join("\n", engines.remarks());
        var table = engines.isEmpty() ? "" : engines.table().render() + "\n";
        var text = table + (remarks.isEmpty() ? "" : remarks + "\n");
        return text.isEmpty() ? "" : text + "\n";
    }

    private String conditions() {
        var conditions = new ConditionsTable(report);
        if (conditions.isEmpty()) {
            return "";
        }
        return conditions.table().render()
                + conditions.note().map(note -> "\n" + note).orElse("")
                + "\n\n";
    }

    /**
     * One row a model: its {@link QualityMetric}, size, and for each batch size p50 and throughput.
     */
    TextTable figures() {
        var header =
                new ArrayList<>(List.of("model", quality.title(), "size", "parameters", "MACs"));
        for (var batch : batches()) {
            header.add("p50, batch " + batch);
            header.add("images/s");
        }
        var table = new TextTable(header);
        report.models().forEach(model -> table.add(figures(model)));
        return table;
    }

    private List<String> figures(ModelFigures model) {
        var cells = new ArrayList<String>();
        cells.add(model.label());
        cells.add(quality.text(model));
        cells.add(FigureFormat.bytes(model.sizeBytes()));
        cells.add(FigureFormat.count(model.parameters()));
        cells.add(FigureFormat.count(model.macs()));
        for (var batch : batches()) {
            var latency = latency(model, batch);
            cells.add(
                    latency.map(l -> FigureFormat.millis(l.p50Millis())).orElse(FigureFormat.NONE));
            cells.add(
                    latency.map(l -> FigureFormat.perSecond(l.imagesPerSecond()))
                            .orElse(FigureFormat.NONE));
        }
        return cells;
    }

    /** On TensorFlow, with the first number of threads. */
    static Optional<Latency> latency(ModelFigures model, int batch) {
        return model.latency().stream()
                .filter(l -> l.engine() == Engine.TENSORFLOW && l.batch() == batch)
                .findFirst();
    }

    /** On TensorFlow, with the first number of threads. */
    static Optional<Speedup> speedup(Comparison comparison, int batch) {
        return comparison.speedup().stream()
                .filter(s -> s.engine() == Engine.TENSORFLOW && s.batch() == batch)
                .findFirst();
    }

    /**
     * One row a model after the original; a ratio above 1 is better. A speedup that noise explains
     * is {@link FigureFormat#NO_DIFFERENCE}.
     */
    TextTable ratios() {
        var header = new ArrayList<>(List.of("against original", changeTitle()));
        if (hasIntervals()) {
            header.add("95 % interval");
        }
        header.addAll(List.of("smaller", "packed", "fewer MACs"));
        batches().forEach(batch -> header.add("faster, batch " + batch));
        var table = new TextTable(header);
        report.comparison().forEach(comparison -> table.add(ratios(comparison)));
        return table;
    }

    private List<String> ratios(Comparison comparison) {
        var cells = new ArrayList<String>();
        cells.add(comparison.label());
        cells.add(QualityMetric.change(comparison));
        if (hasIntervals()) {
            cells.add(QualityMetric.interval(comparison));
        }
        cells.add(FigureFormat.times(comparison.sizeRatio()));
        cells.add(FigureFormat.times(comparison.packedRatio()));
        cells.add(FigureFormat.times(comparison.macsRatio()));
        for (var batch : batches()) {
            cells.add(
                    speedup(comparison, batch)
                            .map(FigureFormat::speedup)
                            .orElse(FigureFormat.NONE));
        }
        return cells;
    }

    private boolean hasIntervals() {
        return report.comparison().stream().anyMatch(c -> c.interval() != null);
    }

    private String changeTitle() {
        return report.plan().task() == Task.REGRESSION ? "error" : "points";
    }

    private List<Integer> batches() {
        return report.models().get(0).latency().stream()
                .filter(latency -> latency.engine() == Engine.TENSORFLOW)
                .map(Latency::batch)
                .distinct()
                .toList();
    }

    private String verdict() {
        if (report.verdict().passed()) {
            return "Verdict: passed";
        }
        return "Verdict: not passed\n  - " + String.join("\n  - ", report.verdict().violations());
    }
}

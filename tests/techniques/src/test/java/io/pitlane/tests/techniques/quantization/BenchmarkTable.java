package io.pitlane.tests.techniques.quantization;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Fidelity;
import io.pitlane.report.TextTable;
import io.pitlane.tests.techniques.benchmark.BenchmarkModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * The reports of a benchmark: for each model and step the headline figure on every engine, and the
 * agreement with the original on TensorFlow. Where a candidate was too bad to be delivered,
 * TensorFlow simulates it.
 */
final class BenchmarkTable {
    private static final String NONE = "-";

    private final TextTable table =
            new TextTable(
                    List.of(
                            "model",
                            "quantization",
                            "figure",
                            "TensorFlow",
                            "ONNX Runtime",
                            "TFLite",
                            "agreement",
                            "on ONNX Runtime",
                            "on TFLite"),
                    3);

    /** Adds a row. */
    void add(BenchmarkModel model, BenchmarkStep step, Report report) {
        var candidate = report.models().get(report.models().size() - 1);
        var cells = new ArrayList<>(List.of(model.label(), step.title()));
        cells.add(candidate.accuracy().headline().name());
        for (var format : ModelFormat.values()) {
            cells.add(figure(candidate, format, (accuracy, fidelity) -> headline(accuracy)));
        }
        for (var format : ModelFormat.values()) {
            cells.add(figure(candidate, format, (accuracy, fidelity) -> closeness(fidelity)));
        }
        table.add(cells);
    }

    private static String figure(
            ModelFigures candidate,
            ModelFormat format,
            BiFunction<Accuracy, Fidelity, String> figure) {
        var delivered =
                candidate.delivered().stream()
                        .filter(d -> d.format().runsOn(format.engine()) && d.unmeasured() == null)
                        .findFirst();
        if (delivered.isEmpty() && format == ModelFormat.TENSORFLOW) {
            return figure.apply(candidate.accuracy(), candidate.fidelity()) + " simulated";
        }
        return delivered.map(d -> figure.apply(d.accuracy(), d.fidelity())).orElse(NONE);
    }

    private static String headline(Accuracy accuracy) {
        var headline = accuracy.headline();
        return headline.error()
                ? String.format(Locale.ROOT, "%.5f", headline.value())
                : percent(headline.value());
    }

    /** Share of the same classes; for regression how far the outputs are, in percent. */
    private static String closeness(Fidelity fidelity) {
        return fidelity.agreement() == null
                ? "L2 " + percent(fidelity.relativeL2())
                : percent(fidelity.agreement());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    String render() {
        return table.render();
    }
}

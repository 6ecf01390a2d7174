package io.pitlane.tests.techniques.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.contract.report.Accuracy.Headline;
import io.pitlane.contract.report.Report;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.tests.techniques.benchmark.BenchmarkModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of docs/quantization.md: models quantized in several ways, measured on every engine. It
 * goes on where it was stopped; delete a row's folder to make the row again.
 */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "quantization",
        disabledReason = "takes an hour: run with -Dpitlane.benchmark=quantization")
class QuantizationBenchmarkIT {
    private static final Path FOLDER =
            Path.of(System.getProperty("pitlane.benchmark.folder", "target/quantization"))
                    .toAbsolutePath();

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    static Stream<BenchmarkModel> models() {
        return BenchmarkModel.wanted(
                BenchmarkModel.TRAFFIC_SIGNS,
                BenchmarkModel.DEMO,
                BenchmarkModel.UNET,
                BenchmarkModel.SEPARABLE,
                BenchmarkModel.UNBALANCED,
                BenchmarkModel.REGRESSION);
    }

    @ParameterizedTest
    @MethodSource("models")
    void theLadderEndsWithinHalfAPointOfTheOriginal(BenchmarkModel model) throws IOException {
        // Given
        assumeThat(model.isAvailable()).as("model and data of %s are there", model).isTrue();
        model.makeIfMissing(folder(model));

        // When
        var reports = new EnumMap<BenchmarkStep, Report>(BenchmarkStep.class);
        for (var step : BenchmarkStep.values()) {
            row(model, step).ifPresent(report -> reports.put(step, report));
        }

        // Then
        var original = headline(reports.get(BenchmarkStep.ORIGINAL));
        if (model == BenchmarkModel.UNBALANCED) {
            assertThat(original.value() - headline(reports.get(BenchmarkStep.PLAIN)).value())
                    .isGreaterThan(0.2);
        }
        if (reports.containsKey(BenchmarkStep.LADDER)) {
            assertThat(loss(original, headline(reports.get(BenchmarkStep.LADDER))))
                    .isLessThan(0.005);
        }
    }

    @AfterAll
    static void printTheTable() throws IOException {
        var table = new BenchmarkTable();
        for (var model : models().toList()) {
            if (Files.exists(folder(model).resolve("plan.yaml"))) {
                for (var step : BenchmarkStep.values()) {
                    table.add(model, step, row(model, step));
                }
            }
        }
        Files.writeString(FOLDER.resolve("table.txt"), table.render() + "\n");
        System.out.println(table.render());
    }

    private static Optional<Report> row(BenchmarkModel model, BenchmarkStep step)
            throws IOException {
        return new BenchmarkRow(folder(model), step).report();
    }

    private static Path folder(BenchmarkModel model) {
        return FOLDER.resolve(model.label());
    }

    private static Headline headline(Report report) {
        return report.models().get(report.models().size() - 1).accuracy().headline();
    }

    /** In points; of an error, its increase as a share of the original's. */
    private static double loss(Headline original, Headline quantized) {
        return original.error()
                ? quantized.value() / original.value() - 1
                : original.value() - quantized.value();
    }
}

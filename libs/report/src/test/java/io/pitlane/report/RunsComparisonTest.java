package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.EngineFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.DataFigures;
import io.pitlane.contract.report.Report.Environment;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RunsComparisonTest {
    private final Report one = SampleReport.passed();

    /** Its quantized model has 95.20 % at the same size and latency. */
    private final Report better = withCandidate(0.952);

    private static Report withCandidate(double top1) {
        var report = SampleReport.passed();
        var models = report.models();
        ModelFigures candidate =
                models.get(2).toBuilder()
                        .accuracy(new Accuracy.Classification(top1, 0.99, Map.of()))
                        .build();
        return report.toBuilder().models(List.of(models.get(0), models.get(1), candidate)).build();
    }

    @Test
    void theModelsOfEveryRunAreInOneTableWithThoseOnAFrontMarked() {
        // When
        var html = new RunsComparison(List.of(one, better), Engine.TENSORFLOW, 1).render();

        // Then: 95.20 % at 98.0 kB and 0.8 ms dominates every other model
        assertThat(html)
                .contains(
                        "<tr><td>A original</td><td>95.00 %</td><td>980 kB</td><td>240 k</td>"
                                + "<td>12.3 M</td><td>2.00 ms</td><td>500</td><td>-</td></tr>",
                        "<tr><td>A quantize</td><td>94.75 %</td><td>98.0 kB</td>",
                        "<tr class=\"candidate\"><td>B quantize</td><td>95.20 %</td><td>98.0 kB</td>"
                                + "<td>62.0 k</td><td>12.3 M</td><td>0.800 ms</td><td>1250</td>"
                                + "<td>size, latency</td></tr>");
        assertThat(count("<tr>|<tr class", html)).isEqualTo(1 + 6);
    }

    @Test
    void bothPlotsFadeWhatIsDominatedAndConnectTheFront() {
        // When: of one run twice, both originals and both candidates are on the front
        var html = new RunsComparison(List.of(one, one), Engine.TENSORFLOW, 32).render();

        // Then
        assertThat(html)
                .contains("Accuracy against size", "Accuracy against latency")
                .contains("Latency p50 at batch 32 (ms)");
        assertThat(count("class=\"point dominated\"", html)).isEqualTo(2 * 2);
        assertThat(count("class=\"point last\"", html)).isEqualTo(2 * 4);
    }

    @Test
    void onAnotherEngineOnlyWhatItRanIsCompared() {
        // Given
        var onEngines = SampleReport.onEngines();
        var both = List.of(onEngines, onEngines);

        // When
        var html = new RunsComparison(both, Engine.ONNXRUNTIME, 1).render();

        // Then
        assertThat(RunsComparison.engines(both))
                .containsExactly(Engine.TENSORFLOW, Engine.ONNXRUNTIME);
        assertThat(RunsComparison.engines(List.of(onEngines, one)))
                .containsExactly(Engine.TENSORFLOW);
        assertThat(RunsComparison.batches(both)).containsExactly(1, 32);
        assertThat(html)
                .contains("<td>B quantize</td><td>94.50 %</td><td>70.0 kB</td>", "0.160 ms")
                .doesNotContain("prune");
    }

    @Test
    void reportsOfTheSameDataMachineAndSoftwareAreComparable() {
        assertThat(RunsComparison.differences(List.of(one, better, one))).isEmpty();
    }

    @Test
    void everyDifferenceIsNamed() {
        // Given
        var e = one.environment();
        var elsewhere =
                one.toBuilder()
                        .data(new DataFigures("e".repeat(64), 12000, 3000))
                        .environment(
                                new Environment(
                                        "Other CPU",
                                        e.cpuFlags(),
                                        null,
                                        4,
                                        "2.19.0",
                                        e.oneDnn(),
                                        e.isa(),
                                        e.java(),
                                        e.os()))
                        .build();

        // Then
        assertThat(RunsComparison.differences(List.of(one, better, elsewhere)))
                .containsExactly(
                        "Data: %s in run A, but %s in run C."
                                .formatted("d".repeat(64), "e".repeat(64)),
                        "Processor: Some CPU @ 2.0GHz in run A, but Other CPU in run C.",
                        "Threads: 1 in run A, but 4 in run C.",
                        "TensorFlow: 2.18.0 in run A, but 2.19.0 in run C.");
    }

    @Test
    void anotherTaskOrVersionOfAnEngineIsNotComparable() {
        // Given
        var error = new Accuracy.Regression(0.25, 0.1);
        var regression = SampleReport.of(Task.REGRESSION, error, error, null, 0.0);

        // Then
        assertThat(RunsComparison.differences(List.of(one, regression)))
                .anyMatch(d -> d.startsWith("Task: classification in run A, but regression"))
                .anyMatch(d -> d.startsWith("Metric: accuracy in run A, but MAE"));
        assertThat(
                        RunsComparison.differences(
                                List.of(withOnnx("1.29.0"), withOnnx("1.30.0"), withOnnx(null))))
                .containsExactly("Version of ONNX Runtime: 1.29.0 in run A, but 1.30.0 in run B.");
    }

    private Report withOnnx(String version) {
        var engine = new EngineFigures(Engine.ONNXRUNTIME, version, null, List.of());
        return one.toBuilder().engines(List.of(engine)).build();
    }

    private static long count(String pattern, String html) {
        return Pattern.compile(pattern).matcher(html).results().count();
    }
}

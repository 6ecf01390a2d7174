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
import io.pitlane.contract.step.PruneStep;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RunsComparisonTest {
    private final Report one = SampleReport.passed();

    /** Its quantized model has 95.20 % at the same size and latency. */
    private final Report better = withCandidate(0.952);

    private static Report withCandidate(double top1) {
        return with(new Accuracy.Classification(top1, 0.99, Map.of()));
    }

    private static Report withClasses(Map<Integer, Double> recall) {
        return with(new Accuracy.Classification(0.9, 0.99, recall));
    }

    private static Report with(Accuracy accuracy) {
        var report = SampleReport.passed();
        var models = report.models();
        ModelFigures candidate = models.get(2).toBuilder().accuracy(accuracy).build();
        return report.toBuilder().models(List.of(models.get(0), models.get(1), candidate)).build();
    }

    @Test
    void theModelsOfEveryRunAreInOneTableWithThoseOnAFrontMarked() {
        // When
        var html =
                new RunsComparison(List.of(one, better), Engine.TENSORFLOW, 1)
                        .render(ComparedFigure.SIZE, ComparedFigure.QUALITY);

        // Then: 95.20 % at 98.0 kB and 0.8 ms dominates every other model
        assertThat(html)
                .contains(
                        "<td>A original</td><td>95.00 %</td><td>980 kB</td><td>240 k</td>"
                                + "<td>12.3 M</td><td>2.00 ms</td><td>500</td><td>-</td></tr>",
                        "<td>A quantize</td><td>94.75 %</td><td>98.0 kB</td>",
                        "<tr class=\"candidate\" data-model=\"B quantize\" data-quality=\"95.2\""
                                + " data-size=\"98000\" data-parameters=\"62000\""
                                + " data-macs=\"12300000\" data-latency=\"0.8\""
                                + " data-throughput=\"1250\"><td>B quantize</td><td>95.20 %</td><td>98.0 kB</td>"
                                + "<td>62.0 k</td><td>12.3 M</td><td>0.800 ms</td><td>1250</td>"
                                + "<td>size, latency</td></tr>");
        assertThat(count("<tr>|<tr class|<tr data", html)).isEqualTo(1 + 6);
    }

    @Test
    void bothPlotsFadeWhatIsDominatedAndConnectTheFront() {
        // When: of one run twice, both originals and both candidates are on the front
        var html =
                new RunsComparison(List.of(one, one), Engine.TENSORFLOW, 32)
                        .render(ComparedFigure.SIZE, ComparedFigure.QUALITY);

        // Then
        assertThat(html)
                .contains("Accuracy against size", "Accuracy against latency")
                .contains("Latency p50 at batch 32 (ms)");
        assertThat(count("class=\"point dominated\"", html)).isEqualTo(2 * 2);
        assertThat(count("class=\"point last\"", html)).isEqualTo(2 * 4);
    }

    @Test
    void theAxesOfTheFirstPlotCanBeChosen() {
        // When: more images a second and fewer MACs are better
        var html =
                new RunsComparison(List.of(one, better), Engine.TENSORFLOW, 1)
                        .render(ComparedFigure.THROUGHPUT, ComparedFigure.MACS);

        // Then
        assertThat(html)
                .contains("MACs against throughput", "Throughput at batch 1 (images/s)")
                .contains("Accuracy against latency", "MACs (M)")
                .contains("<td>throughput and macs, latency</td>");
        assertThat(html).doesNotContain("Accuracy against size");
    }

    @Test
    void theSamePlotIsNotDrawnTwice() {
        var html =
                new RunsComparison(List.of(one, better), Engine.TENSORFLOW, 1)
                        .render(ComparedFigure.LATENCY, ComparedFigure.QUALITY);

        assertThat(count("<svg", html)).isEqualTo(1);
    }

    @Test
    void everyFigureThatDiffersHasASliderThatLimitsNothingAtFirst() {
        // When
        var html =
                new RunsComparison(List.of(one, better), Engine.TENSORFLOW, 1)
                        .render(ComparedFigure.SIZE, ComparedFigure.QUALITY);

        // Then: of the MACs there is nothing to choose
        assertThat(html)
                .contains("data-limit=\"size\" data-bound=\"max\" data-low=\"98000\"")
                .contains("data-high=\"980000\" min=\"0\" max=\"100\" value=\"100\"")
                .contains("data-limit=\"throughput\" data-bound=\"min\" data-low=\"500\"")
                .contains("At least accuracy (%)", "At most latency p50 at batch 1 (ms)");
        assertThat(count("data-limit", html)).isEqualTo(5);
    }

    @Test
    void theTableIsACsvWithNumbers() {
        // Given
        var without = one.toBuilder().run("a, \"b\"").build();

        // When
        var csv = new RunsComparison(List.of(without, better), Engine.TENSORFLOW, 1).csv();

        // Then
        assertThat(csv.split("\r\n"))
                .hasSize(7)
                .startsWith(
                        "run,model,accuracy (%),size (bytes),parameters,MACs,"
                                + "latency p50 at batch 1 (ms),throughput at batch 1 (images/s)",
                        "\"a, \"\"b\"\"\",original,95,980000,240000,12300000,2,500")
                .contains(SampleReport.RUN + ",quantize,95.2,98000,62000,12300000,0.8,1250");
    }

    @Test
    void theOptionsThatDifferAreAxesBesideTheFigures() {
        // Given
        var plan = one.plan();
        var half =
                one.toBuilder()
                        .plan(
                                plan.toBuilder()
                                        .steps(
                                                List.of(
                                                        PruneStep.builder().ratio(0.25).build(),
                                                        plan.steps().get(1),
                                                        plan.steps().get(2)))
                                        .seed(18L)
                                        .build())
                        .build();

        // When
        var html = new RunsComparison(List.of(one, half), Engine.TENSORFLOW, 1).options();

        // Then
        assertThat(html)
                .contains("<td>prune.ratio</td><td>0.5</td><td>0.25</td>")
                .contains("<td>seed</td><td>17</td><td>18</td>")
                .contains(
                        "data-model=\"A quantize\" points=\"62.0,50.0 186.0,50.0 310.0,250.0 434.0,150.0")
                .contains(
                        "data-model=\"B quantize\" points=\"62.0,250.0 186.0,250.0 310.0,50.0 434.0,150.0");
        assertThat(count("<td>", html)).isEqualTo(6);
    }

    @Test
    void equalPlansHaveNoTableOfOptions() {
        assertThat(new RunsComparison(List.of(one, better), Engine.TENSORFLOW, 1).options())
                .doesNotContain("Options that differ")
                .contains("data-model=\"B quantize\"");
    }

    @Test
    void theClassesOfTwoCandidatesAreComparedTheWorstFirst() {
        // Given
        var worse = withClasses(Map.of(0, 0.97, 1, 0.5, 2, 0.75));

        // When
        var html = new RunsComparison(List.of(one, worse, better), Engine.TENSORFLOW, 1);

        // Then: class 1 has 96 % in the first run; class 2 is in one of them only
        assertThat(html.classes(0, 1))
                .contains("recall of A quantize", "of B quantize")
                .containsSubsequence(
                        "<td>1</td><td>96.00 %</td><td>50.00 %</td><td>-46.00</td>",
                        "<td>0</td><td>97.00 %</td><td>97.00 %</td><td>+0.00</td>")
                .doesNotContain("<td>2</td>");
        assertThat(html.classes(0, 2)).isEmpty();
    }

    @Test
    void onAnotherEngineOnlyWhatItRanIsCompared() {
        // Given
        var onEngines = SampleReport.onEngines();
        var both = List.of(onEngines, onEngines);

        // When
        var html =
                new RunsComparison(both, Engine.ONNXRUNTIME, 1)
                        .render(ComparedFigure.SIZE, ComparedFigure.QUALITY);

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

package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.MinSpeedup;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.contract.report.EngineFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.contract.report.Report.Speedup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The original and a candidate, delivered as ONNX, on TensorFlow and ONNX Runtime. */
class BenchEnginesTest {
    private static Report report;

    @BeforeAll
    static void bench(@TempDir Path folder) throws IOException {
        var run =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .model("prune", new TinyClassifier(-1, 8, 0, 1))
                        .model("distill", TinyRun.ORIGINAL.noisy(0.3))
                        .engines(List.of(Engine.ONNXRUNTIME))
                        .threads(List.of(1, 2))
                        .deliver(List.of(DeliveryFormat.ONNX));
        report = run.bench(run.labels());
    }

    @Test
    void theOriginalAndTheCandidateAreTimedOnEveryEngineWithEveryNumberOfThreads() {
        assertThat(report.models())
                .extracting(ModelFigures::label, model -> engines(model).toString())
                .containsExactly(
                        tuple("original", "[TENSORFLOW, ONNXRUNTIME]"),
                        tuple("prune", "[TENSORFLOW]"),
                        tuple("distill", "[TENSORFLOW, ONNXRUNTIME]"));
        assertThat(report.models().get(2).latency())
                .extracting(Latency::engine, Latency::format, Latency::threads, Latency::batch)
                .containsExactlyInAnyOrder(
                        tuple(Engine.TENSORFLOW, ModelFormat.TENSORFLOW, 1, 1),
                        tuple(Engine.ONNXRUNTIME, ModelFormat.ONNX, 1, 1),
                        tuple(Engine.TENSORFLOW, ModelFormat.TENSORFLOW, 1, 4),
                        tuple(Engine.ONNXRUNTIME, ModelFormat.ONNX, 1, 4),
                        tuple(Engine.TENSORFLOW, ModelFormat.TENSORFLOW, 2, 1),
                        tuple(Engine.ONNXRUNTIME, ModelFormat.ONNX, 2, 1),
                        tuple(Engine.TENSORFLOW, ModelFormat.TENSORFLOW, 2, 4),
                        tuple(Engine.ONNXRUNTIME, ModelFormat.ONNX, 2, 4));
    }

    private static List<Engine> engines(ModelFigures model) {
        return model.latency().stream().map(Latency::engine).distinct().toList();
    }

    @Test
    void theSpeedupIsThatOfTheEngineTimesThatOfTheCompression() {
        var candidate = report.comparison().get(1);
        var against = candidate.speedup().stream().filter(BenchEnginesTest::isFirst).toList();
        assertThat(against)
                .extracting(Speedup::engine, Speedup::baseline)
                .containsExactlyInAnyOrder(
                        tuple(Engine.TENSORFLOW, Engine.TENSORFLOW),
                        tuple(Engine.ONNXRUNTIME, Engine.TENSORFLOW),
                        tuple(Engine.ONNXRUNTIME, Engine.ONNXRUNTIME));
        double whole = median(against, Engine.TENSORFLOW);
        double compression = median(against, Engine.ONNXRUNTIME);
        var engine = report.engines().get(1).original().stream().filter(BenchEnginesTest::isFirst);
        assertThat(engine.findFirst().orElseThrow().median())
                .isCloseTo(whole / compression, within(1e-9));
    }

    private static boolean isFirst(Speedup speedup) {
        return speedup.threads() == 1 && speedup.batch() == 1;
    }

    private static double median(List<Speedup> speedups, Engine baseline) {
        return speedups.stream()
                .filter(s -> s.engine() == Engine.ONNXRUNTIME && s.baseline() == baseline)
                .findFirst()
                .orElseThrow()
                .median();
    }

    @Test
    void aDeliveredFormatHasAFiguresOfItsOwn() {
        // The same float network: the same class for every image, and outputs that hardly differ.
        var candidate = report.models().get(2);
        assertThat(candidate.delivered())
                .extracting(DeliveredFigures::format, DeliveredFigures::unmeasured)
                .containsExactly(tuple(DeliveryFormat.ONNX, null));
        var onnx = candidate.delivered().get(0);
        assertThat(top1(onnx.accuracy())).isEqualTo(top1(candidate.accuracy()));
        assertThat(onnx.accuracyDrop()).isEqualTo(report.comparison().get(1).accuracyDrop());
        assertThat(onnx.interval()).isEqualTo(report.comparison().get(1).interval());
        assertThat(onnx.fidelity().relativeL2())
                .isCloseTo(candidate.fidelity().relativeL2(), within(1e-4))
                .isGreaterThan(0.01);
        assertThat(onnx.sizeBytes()).isBetween(1_000L, 10_000L);
        assertThat(report.models().get(1).delivered()).isEmpty();
    }

    @Test
    void theEnginesAreComparedOnEveryTestImage() {
        // The model is delivered as ONNX alone; on TensorFlow it is measured in any case.
        assertThat(report.models().get(2).engineAgreement())
                .containsExactly(new EngineAgreement(ModelFormat.TENSORFLOW, ModelFormat.ONNX, 1));
        assertThat(report.models().get(0).engineAgreement()).isEmpty();
        assertThat(report.models().get(1).engineAgreement()).isEmpty();
    }

    private static double top1(Accuracy accuracy) {
        return ((Accuracy.Classification) accuracy).top1();
    }

    @Test
    void anEngineThatIsMissingIsNamedAndTheRunGoesOn(@TempDir Path folder) throws IOException {
        // Given
        var missing =
                new EngineAvailability(
                        Map.of(Engine.TENSORFLOW, "2.18.0"),
                        Map.of(Engine.ONNXRUNTIME, "no natives for this processor"),
                        Map.of());
        var wanted = List.of(new MinSpeedup(1, 0.001, Engine.ONNXRUNTIME));

        // When
        var without =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .model("prune", TinyRun.ORIGINAL)
                        .engines(List.of(Engine.ONNXRUNTIME))
                        .deliver(List.of(DeliveryFormat.ONNX))
                        .constraints(Constraints.builder().minSpeedup(wanted).build())
                        .on(new BenchStage(new AvailableMemory(), planned -> missing))
                        .bench(null);

        // Then
        assertThat(without.engines().get(1))
                .isEqualTo(
                        new EngineFigures(
                                Engine.ONNXRUNTIME, null, "no natives for this processor", null));
        assertThat(without.models()).last().satisfies(m -> assertThat(engines(m)).hasSize(1));
        assertThat(without.models().get(1).delivered().get(0).unmeasured())
                .isEqualTo(
                        "ONNX Runtime is missing on this machine (no natives for this processor)");
        assertThat(without.verdict().violations())
                .containsExactly(
                        "minSpeedup[batch 1, onnxruntime] cannot be judged: nothing was measured at"
                                + " batch size 1 on ONNX Runtime.");
    }

    @Test
    void theReportNamesTheEnginesOfThePlanAndSurvivesTheWayThroughJson() throws IOException {
        assertThat(report.engines())
                .extracting(EngineFigures::engine, EngineFigures::version, EngineFigures::missing)
                .containsExactly(
                        tuple(Engine.TENSORFLOW, "2.18.0", null),
                        tuple(Engine.ONNXRUNTIME, "1.29.0", null));
        var json = ContractJson.MAPPER.writeValueAsString(report);
        assertThat(ContractJson.MAPPER.readValue(json, Report.class)).isEqualTo(report);
    }
}

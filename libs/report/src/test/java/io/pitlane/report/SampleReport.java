package io.pitlane.report;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.contract.report.EngineFigures;
import io.pitlane.contract.report.LayerFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.DataFigures;
import io.pitlane.contract.report.Report.Environment;
import io.pitlane.contract.report.Report.Fidelity;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.contract.report.Report.Speedup;
import io.pitlane.contract.report.Report.Verdict;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.QuantizeStep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A report with round figures, for tests. */
public final class SampleReport {
    public static final String RUN = "0a4c2f1e-9a52-4c8a-8f0e-3c7a2f7f1d11";

    private SampleReport() {}

    public static Plan plan() {
        return plan(null);
    }

    private static Plan plan(Task task) {
        var data = new DataSource.Idx("train/images.gz", "train/labels.gz");
        return Plan.builder()
                .name("signs")
                .model("model")
                .task(task)
                .data(new DataSpec(data, data))
                .steps(
                        List.of(
                                PruneStep.builder().build(),
                                QuantizeStep.DEFAULT,
                                BenchStep.DEFAULT))
                .seed(17L)
                .build();
    }

    public static Report passed() {
        return with(
                new Verdict(
                        true,
                        List.of(
                                new Condition("maxAccuracyDrop", false, 0.01, 0.0025, true),
                                new Condition("maxSizeBytes", false, 100_000, 98_000.0, true)),
                        List.of()),
                List.of("left 'softmax' in float"));
    }

    /**
     * Two models of another task.
     *
     * @param drop of the headline figure; null for regression
     * @param increase of the error; null for the others
     */
    public static Report of(
            Task task, Accuracy before, Accuracy after, Double drop, Double increase) {
        var report = passed();
        var models =
                List.of(
                        scored(report.models().get(0), before),
                        scored(report.models().get(2), after));
        var ratios = report.comparison().get(1);
        return report.toBuilder()
                .plan(plan(task))
                .models(models)
                .comparison(
                        List.of(
                                ratios.toBuilder()
                                        .accuracyDrop(drop)
                                        .errorIncrease(increase)
                                        .build()))
                .build();
    }

    /** Delivered as ONNX and packed; on ONNX Runtime at batch size 1; without TFLite. */
    public static Report onEngines() {
        var report = passed();
        var original = report.models().get(0);
        var candidate = report.models().get(2);
        var delivered =
                new DeliveredFigures(
                        DeliveryFormat.ONNX,
                        70_000,
                        new Accuracy.Classification(0.945, 0.99, Map.of()),
                        new Fidelity(0.98, 0.02),
                        0.005,
                        null,
                        null,
                        null);
        var packed =
                new DeliveredFigures(
                        DeliveryFormat.PACKED, 60_000, null, null, null, null, null, "packed");
        var agreement = new EngineAgreement(ModelFormat.TENSORFLOW, ModelFormat.ONNX, 0.9975);
        var brought = speedup(Engine.ONNXRUNTIME, Engine.TENSORFLOW, 2.5);
        var comparison = report.comparison().get(1);
        return report.toBuilder()
                .models(
                        List.of(
                                original.toBuilder().latency(withOnnx(original, 0.8)).build(),
                                report.models().get(1),
                                candidate.toBuilder()
                                        .latency(withOnnx(candidate, 0.16))
                                        .delivered(List.of(delivered, packed))
                                        .engineAgreement(List.of(agreement))
                                        .build()))
                .comparison(
                        List.of(
                                report.comparison().get(0),
                                comparison.toBuilder().speedup(onEngines(comparison)).build()))
                .engines(
                        List.of(
                                new EngineFigures(Engine.TENSORFLOW, "2.18.0", null, null),
                                new EngineFigures(
                                        Engine.ONNXRUNTIME, "1.29.0", null, List.of(brought)),
                                new EngineFigures(Engine.TFLITE, null, "no natives", null)))
                .build();
    }

    private static List<Latency> withOnnx(ModelFigures model, double p50) {
        var onnx =
                new Latency(
                        Engine.ONNXRUNTIME, null, 1, 1, 100, p50, p50, p50, null, null, 1000 / p50);
        return Stream.concat(model.latency().stream(), Stream.of(onnx)).toList();
    }

    private static List<Speedup> onEngines(Comparison comparison) {
        return Stream.concat(
                        comparison.speedup().stream(),
                        Stream.of(
                                speedup(Engine.ONNXRUNTIME, Engine.TENSORFLOW, 12.5),
                                speedup(Engine.ONNXRUNTIME, Engine.ONNXRUNTIME, 5)))
                .toList();
    }

    private static Speedup speedup(Engine engine, Engine baseline, double ratio) {
        return new Speedup(engine, null, baseline, 1, 1, ratio, ratio, 0.98 * ratio, 1.02 * ratio);
    }

    private static ModelFigures scored(ModelFigures model, Accuracy accuracy) {
        return model.toBuilder().accuracy(accuracy).fidelity(new Fidelity(null, 0.125)).build();
    }

    public static Report with(Verdict verdict, List<String> notes) {
        return Report.builder()
                .run(RUN)
                .plan(plan())
                .verdict(verdict)
                .environment(
                        new Environment(
                                "Some CPU @ 2.0GHz",
                                List.of("avx2", "avx512_vnni"),
                                null,
                                1,
                                "2.18.0",
                                true,
                                "AVX512_CORE_VNNI",
                                "17.0.15",
                                "Linux 6 amd64"))
                .data(new DataFigures("d".repeat(64), 12000, 3000))
                .models(
                        List.of(
                                model(
                                        "original",
                                        980_000,
                                        240_000,
                                        0.9500,
                                        1.0,
                                        2.0,
                                        32.0,
                                        List.of()),
                                model("prune", 260_000, 62_000, 0.9400, 0.9, 1.0, 12.0, List.of()),
                                model("quantize", 98_000, 62_000, 0.9475, 0.96, 0.8, 8.0, notes)))
                .comparison(
                        List.of(
                                comparison("prune", 3.77, 2.0, 2.67, 0.01),
                                comparison("quantize", 10.0, 2.5, 4.0, 0.0025)))
                .lineage(
                        List.of(
                                new LineageEntry(
                                        PruneStep.builder().build(),
                                        "0.1.0",
                                        List.of("a".repeat(64)),
                                        "b".repeat(64),
                                        Instant.parse("2026-01-01T00:00:00Z"),
                                        41.25,
                                        List.of())))
                .layers(
                        List.of(
                                new LayerFigures(
                                        "conv1", "Conv2D", 864, 432, 8, 2_000_000, 8_000_000L),
                                new LayerFigures("head/dense", "MatMul", 0, 0, 32, 500, null)))
                .build();
    }

    private static ModelFigures model(
            String label,
            long bytes,
            long parameters,
            double top1,
            double classOne,
            double p50,
            double p50Batch,
            List<String> notes) {
        return ModelFigures.builder()
                .label(label)
                .digest(label + "-digest")
                .format(label.equals("quantize") ? "int8" : "float32")
                .sizeBytes(bytes)
                .packedBytes(bytes / 2)
                .parameters(parameters)
                .nonZeroParameters(parameters)
                .macs(12_300_000)
                .accuracy(new Accuracy.Classification(top1, 0.99, Map.of(0, 0.97, 1, classOne)))
                .fidelity(new Fidelity(0.99, 0.02))
                .latency(List.of(latency(1, p50), latency(32, p50Batch)))
                .peakMemoryBytes(200_000_000)
                .notes(notes)
                .build();
    }

    private static Latency latency(int batch, double p50) {
        var tail = batch == 1 ? Double.valueOf(3 * p50) : null;
        return new Latency(
                null,
                null,
                batch,
                1,
                batch == 1 ? 12_000 : 100,
                p50,
                p50,
                p50,
                tail,
                tail,
                batch * 1000 / p50);
    }

    private static Comparison comparison(
            String label, double size, double one, double many, double drop) {
        return Comparison.builder()
                .label(label)
                .sizeRatio(size)
                .packedRatio(size)
                .macsRatio(3.5)
                .speedup(List.of(speedup(1, one), speedup(32, many)))
                .accuracyDrop(drop)
                .build();
    }

    /** A speedup whose interval is 4 % wide. */
    static Speedup speedup(int batch, double ratio) {
        return new Speedup(null, null, null, batch, 1, ratio, ratio, 0.98 * ratio, 1.02 * ratio);
    }
}

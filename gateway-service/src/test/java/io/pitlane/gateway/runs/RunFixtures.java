package io.pitlane.gateway.runs;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What stages publish, as far as tests of the gateway need it. */
public final class RunFixtures {
    public static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    public static final String PLAN =
            """
            name: signs
            model: saved_model
            data:
              train: {images: train/images.gz, labels: train/labels.gz}
              test: {images: test/images.gz, labels: test/labels.gz}
            steps:
              - prune: {ratio: 0.5}
              - quantize: {scheme: int8}
            """;

    private RunFixtures() {}

    public static Plan plan() {
        return PlanReader.read(PLAN);
    }

    public static ArtifactRef artifact(String digest) {
        return new ArtifactRef(digest, 10, ArtifactRef.Kind.MODEL, 0, 0, 0, 1);
    }

    public static RunState state(String runId, Status status, int step) {
        return state(runId, status, step, START);
    }

    public static RunState state(String runId, Status status, int step, Instant submittedAt) {
        return RunState.builder()
                .runId(runId)
                .plan(plan())
                .status(status)
                .step(step)
                .data(artifact("0b"))
                .models(List.of(new RunModel(RunModel.ORIGINAL, artifact("0a"), List.of())))
                .submittedAt(submittedAt)
                .updatedAt(submittedAt == null ? null : submittedAt.plusSeconds(step))
                .build();
    }

    public static RunState withModels(RunState state, List<RunModel> models) {
        return state.toBuilder().models(models).build();
    }

    public static Progress progress(String runId, int step, Double fraction, Instant at) {
        return Progress.builder()
                .runId(runId)
                .step(step)
                .stage(plan().steps().get(step).stage())
                .fraction(fraction)
                .message("working")
                .at(at)
                .build();
    }

    public static Failure failure(String runId, int step) {
        return failure(runId, step, Failure.Kind.CRASHED);
    }

    public static Failure failure(String runId, int step, Failure.Kind kind) {
        return new Failure(
                runId,
                step,
                plan().steps().get(step).stage(),
                kind,
                "the work process died twice",
                "look at its log",
                null,
                List.of(),
                START.plusSeconds(60));
    }

    public static RunResult result(String runId, boolean passed, List<RunModel> models) {
        var report =
                Report.builder()
                        .run(runId)
                        .plan(plan())
                        .verdict(
                                new Report.Verdict(
                                        passed,
                                        List.of(),
                                        passed ? List.of() : List.of("too inaccurate")))
                        .environment(
                                new Report.Environment(
                                        "cpu",
                                        List.of("avx2"),
                                        null,
                                        1,
                                        "2.18.0",
                                        true,
                                        "AVX2",
                                        "17",
                                        "linux"))
                        .data(new Report.DataFigures("0b", 100, 20))
                        .models(
                                List.of(
                                        ModelFigures.builder()
                                                .label(RunModel.ORIGINAL)
                                                .digest("0a")
                                                .format("float32")
                                                .sizeBytes(1000)
                                                .packedBytes(900)
                                                .parameters(250)
                                                .nonZeroParameters(250)
                                                .macs(5000)
                                                .accuracy(
                                                        new Accuracy.Classification(
                                                                0.9, 0.99, Map.of(0, 0.9)))
                                                .fidelity(new Report.Fidelity(1.0, 0.0))
                                                .latency(List.of())
                                                .peakMemoryBytes(1)
                                                .notes(List.of())
                                                .build()))
                        .comparison(List.of())
                        .lineage(List.of())
                        .build();
        return new RunResult(report, models, List.of());
    }
}

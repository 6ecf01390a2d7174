package io.pitlane.cli;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.step.StageName;
import io.pitlane.report.SampleReport;
import java.time.Instant;
import java.util.List;

/** States of one run, for tests. */
public final class SampleRun {
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private SampleRun() {}

    public static RunState state(Status status, int step) {
        return state(SampleReport.RUN, status, step, null);
    }

    public static RunState state(String id, Status status, int step, Failure failure) {
        return RunState.builder()
                .runId(id)
                .plan(SampleReport.plan())
                .status(status)
                .step(step)
                .data(artifact().toBuilder().digest("d".repeat(64)).build())
                .models(
                        List.of(
                                new RunModel(RunModel.ORIGINAL, artifact(), null),
                                new RunModel("prune", artifact(), List.of("left 'a' alone"))))
                .failure(failure)
                .submittedAt(START)
                .updatedAt(START.plusSeconds(83))
                .build();
    }

    /** The same, whose first step was not done again. */
    public static RunState cached(Status status, int step) {
        var made = state(status, step);
        var original = made.models().get(0);
        var pruned = made.models().get(1);
        var models =
                List.of(
                        original,
                        new RunModel(pruned.label(), pruned.artifact(), pruned.notes(), true));
        return made.toBuilder().models(models).build();
    }

    public static RunState failed(Failure.Kind kind) {
        var failure =
                new Failure(
                        SampleReport.RUN,
                        1,
                        StageName.QUANTIZE,
                        kind,
                        "layer 'conv' is odd",
                        "Change the layer.",
                        "last words",
                        List.of(),
                        START);
        return state(SampleReport.RUN, Status.FAILED, 1, failure);
    }

    public static Progress progress(int step, double fraction, String message) {
        return Progress.builder()
                .runId(SampleReport.RUN)
                .step(step)
                .stage(SampleReport.plan().steps().get(step).stage())
                .fraction(fraction)
                .message(message)
                .at(START)
                .build();
    }

    public static ArtifactRef artifact() {
        return new ArtifactRef("a".repeat(64), 10, ArtifactRef.Kind.MODEL, 0, 0, 0, 1);
    }
}

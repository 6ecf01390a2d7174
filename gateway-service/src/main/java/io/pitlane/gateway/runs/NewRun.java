package io.pitlane.gateway.runs;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import java.time.Instant;
import java.util.List;

/**
 * A run to start: its first job and its first state, which are published together.
 *
 * @param job the job of the first stage
 * @param state the state to show
 */
public record NewRun(Job job, RunState state) {

    /**
     * The first job and state of a run.
     *
     * @param runId a UUID
     */
    public static NewRun of(String runId, Plan plan, ArtifactRef model, ArtifactRef data) {
        var now = Instant.now();
        var models = List.of(new RunModel(RunModel.ORIGINAL, model, List.of()));
        return new NewRun(
                new Job(runId, plan, 0, data, models, List.of(), now),
                RunState.builder()
                        .runId(runId)
                        .plan(plan)
                        .status(RunState.Status.RUNNING)
                        .step(0)
                        .data(data)
                        .models(models)
                        .submittedAt(now)
                        .updatedAt(now)
                        .build());
    }
}

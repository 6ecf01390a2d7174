package io.pitlane.gateway.runs;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Job;
import io.pitlane.contract.Plan;
import io.pitlane.contract.RunModel;
import io.pitlane.contract.RunState;
import java.time.Instant;
import java.util.List;

/**
 * A run that is about to start: its first job and its first state, of which there is never one
 * without the other.
 *
 * @param job what the first stage is told
 * @param state what everybody else is told
 */
public record NewRun(Job job, RunState state) {

    /**
     * A run of a plan that can run.
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
                        .models(models)
                        .submittedAt(now)
                        .updatedAt(now)
                        .build());
    }
}

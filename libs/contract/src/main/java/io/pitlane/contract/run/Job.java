package io.pitlane.contract.run;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.plan.Plan;
import java.time.Instant;
import java.util.List;

/**
 * The message that tells one stage to do its step of one run. The plan's steps are the routing
 * slip: the stage that finishes step {@code i} publishes the job for step {@code i + 1}.
 *
 * @param runId the run, a UUID
 * @param plan the whole plan; its data paths are relative to the data artifact
 * @param step index of the step to run
 * @param data the packed training and test images
 * @param models every model so far, the original first; the last one is the current model
 * @param lineage how each model after the original was made
 * @param submittedAt when the run was submitted
 */
public record Job(
        String runId,
        Plan plan,
        int step,
        ArtifactRef data,
        List<RunModel> models,
        List<LineageEntry> lineage,
        Instant submittedAt) {}

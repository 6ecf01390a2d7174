package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * How far a step at work has come, for whichever replica takes it up again.
 *
 * @param runId the run
 * @param step index of the step in the plan
 * @param preparation what the step's preparation came to, as text; null where there is none
 * @param artifact the packed checkpoints folder; null before the first one
 * @param at when this was so
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Checkpoint(
        String runId, int step, ArtifactRef preparation, ArtifactRef artifact, Instant at) {

    /** The key under which the latest one of a job's step is kept. */
    public static String key(Job job) {
        return job.runId() + ":" + job.step();
    }
}

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
 * @param begun how many services have begun on the step since it last came further, and have
 *     neither ended it nor given it back
 * @param at when this was so
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Checkpoint(
        String runId,
        int step,
        ArtifactRef preparation,
        ArtifactRef artifact,
        int begun,
        Instant at) {

    /** The same, begun by another number of services. */
    public Checkpoint withBegun(int services, Instant now) {
        return new Checkpoint(runId, step, preparation, artifact, services, now);
    }

    /** The key under which the latest one of a job's step is kept. */
    public static String key(Job job) {
        return job.runId() + ":" + job.step();
    }
}

package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.artifact.ArtifactRef;
import java.time.Instant;
import java.util.List;

/**
 * The progress of a running step, from which any replica can resume it.
 *
 * @param runId the run
 * @param step index of the step in the plan
 * @param preparation the result of the step's preparation, as text; null where there is none
 * @param artifact the packed checkpoints folder; null before the first one
 * @param begunBy the consumers, by their member ids, that have started the step since its last
 *     progress and have neither completed nor returned it; empty when absent
 * @param at when the checkpoint was written
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Checkpoint(
        String runId,
        int step,
        ArtifactRef preparation,
        ArtifactRef artifact,
        List<String> begunBy,
        Instant at) {

    public Checkpoint {
        begunBy = begunBy == null ? List.of() : List.copyOf(begunBy);
    }

    /** The same with other consumers that have started the step. */
    public Checkpoint withBegunBy(List<String> consumers, Instant now) {
        return new Checkpoint(runId, step, preparation, artifact, consumers, now);
    }

    /** The record key of a job's step on the compacted checkpoint topic. */
    public static String key(Job job) {
        return job.runId() + ":" + job.step();
    }
}

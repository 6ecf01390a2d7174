package io.pitlane.contract.search;

import io.pitlane.contract.run.Job;
import java.time.Instant;

/**
 * The end of a search, on the scores topic: replicas skip the trials that are left.
 *
 * @param runId the run
 * @param step index of the search's step in the plan
 * @param at when it ended
 */
public record SearchEnd(String runId, int step, Instant at) {

    /** The record key of the end of a job's search; no trial has it. */
    public static String key(Job job) {
        return job.runId() + ":" + job.step();
    }
}

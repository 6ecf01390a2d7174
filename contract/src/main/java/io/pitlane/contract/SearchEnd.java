package io.pitlane.contract;

import java.time.Instant;

/**
 * Says on the scores topic that nobody waits for further scores of a search: replicas skip the
 * trials that are left.
 *
 * @param runId the run
 * @param step index of the search's step in the plan
 * @param at when it ended
 */
public record SearchEnd(String runId, int step, Instant at) {

    /** The key under which the end of a job's search is kept; no trial has it. */
    public static String key(Job job) {
        return job.runId() + ":" + job.step();
    }
}

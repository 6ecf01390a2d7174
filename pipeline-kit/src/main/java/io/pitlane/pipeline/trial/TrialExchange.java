package io.pitlane.pipeline.trial;

import io.pitlane.contract.Job;

/**
 * Where the coordinator of a search gives trials out and gets scores back. A bean in every service
 * whose {@code pitlane.trials.enabled} is true.
 */
public interface TrialExchange {

    /**
     * Begins the search of a job, or takes it up where a predecessor left it: every trial and every
     * score of this run and step that are in the log are known when this returns.
     *
     * @throws org.apache.kafka.common.KafkaException when the log cannot be read; the job is then
     *     taken again later
     */
    TrialSearch open(Job job);
}

package io.pitlane.pipeline.trial;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Job;

/**
 * Where the coordinator of a search publishes trials and gets scores back. A bean in every service
 * whose {@code pitlane.trials.enabled} is true.
 */
public interface TrialExchange {

    /**
     * Begins the search of a job, or resumes that of a predecessor: every trial and every score of
     * this run and step that are in the log are known when this returns.
     *
     * @throws org.apache.kafka.common.KafkaException when the log cannot be read; the job is then
     *     retried later
     */
    TrialSearch open(Job job);

    /** The consumer group in which replicas share the trials. */
    static String consumerGroup(Topics topics) {
        return topics.trials();
    }
}

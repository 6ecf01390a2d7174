package io.pitlane.pipeline.stage;

import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;

/**
 * Tries one architecture of a search: what a service whose {@code pitlane.trials.enabled} is true
 * implements besides its {@link Stage}. Found through {@link java.util.ServiceLoader} in the child
 * JVM that does one trial; knows files, not Kafka.
 */
public interface TrialStage {

    /**
     * Trains and scores one architecture.
     *
     * @param task the step that the search belongs to, with everything it needs as local files; its
     *     checkpoints folder outlives a crash of the child, but is not sent anywhere
     * @param trial what to try
     * @param progress told how far this trial is, as often as once a second
     * @return made by {@link TrialScore#of}, or {@link TrialScore#failed} where the architecture is
     *     at fault
     * @throws io.pitlane.contract.failure.FailureException as good as a failed score: it ends this
     *     trial, never the run
     */
    TrialScore score(StageTask task, Trial trial, ProgressListener progress);
}

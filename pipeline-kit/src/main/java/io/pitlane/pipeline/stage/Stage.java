package io.pitlane.pipeline.stage;

import io.pitlane.contract.StageName;

/**
 * A technique: the one interface a technique service implements. Found through {@link
 * java.util.ServiceLoader} in the child JVM that does one job; knows files, not Kafka.
 */
public interface Stage {

    /** The step of a plan that this stage does. */
    StageName name();

    /**
     * Does one step.
     *
     * @param task what to do, with everything it needs as local files
     * @param progress told how far the work is, as often as once a second
     * @return what came of it
     * @throws io.pitlane.contract.FailureException when the run cannot go on, and why
     */
    StageOutcome run(StageTask task, ProgressListener progress);
}

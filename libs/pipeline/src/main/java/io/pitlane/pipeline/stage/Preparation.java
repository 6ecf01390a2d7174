package io.pitlane.pipeline.stage;

import io.pitlane.contract.run.Job;
import java.util.function.BooleanSupplier;

/**
 * Light work that a stage does in the service, with access to Kafka, before its child starts: the
 * coordination of a search. A CDI bean of the service; without one, the child starts at once.
 *
 * <p>The result is kept on the checkpoints topic until the step ends: a replica that resumes the
 * job uses it and does not prepare again.
 */
public interface Preparation {

    /**
     * Prepares one job; may take as long as the work itself.
     *
     * @param job what the step needs; nothing is unpacked yet
     * @param progress told how far the step is, the child's share included
     * @param cancelled true when this replica is to stop, has lost the job to another or has
     *     exceeded the job's deadline; then return soon, with any value
     * @return the child's {@link StageTask#preparation()}; some megabytes at most
     * @throws io.pitlane.contract.failure.FailureException when the run cannot go on, and why
     */
    String prepare(Job job, ProgressListener progress, BooleanSupplier cancelled);
}

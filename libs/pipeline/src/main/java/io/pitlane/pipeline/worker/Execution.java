package io.pitlane.pipeline.worker;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.consumer.ConsumerLifecycle;
import io.pitlane.pipeline.handover.WorkTrace;
import java.time.Duration;

/**
 * The work on one message, which has a claim on it.
 *
 * @param <R> its result
 */
interface Execution<R> extends ConsumerLifecycle.Interruptible {

    /**
     * Does the work.
     *
     * @throws FailureException when there is no result
     */
    R run();

    /** Whether this replica does not finish the work, whatever it throws. */
    boolean isAbandoned();

    /** Whether nobody waits for the result any more. */
    boolean isObsolete();

    /** What is left of the work where it has no result. */
    WorkTrace trace();

    /** Time since it was begun. */
    Duration duration();
}

package io.pitlane.pipeline.worker;

import io.pitlane.contract.Job;
import java.util.Optional;

/** A message that is no job this stage can do. */
final class MalformedJobException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Job job;

    /**
     * Why it is none.
     *
     * @param job as far as it could be read; null when it could not
     */
    MalformedJobException(String reason, Job job) {
        super(reason);
        this.job = job;
    }

    /** The job, when at least its run can be told. */
    Optional<Job> job() {
        return Optional.ofNullable(job).filter(j -> j.runId() != null);
    }
}

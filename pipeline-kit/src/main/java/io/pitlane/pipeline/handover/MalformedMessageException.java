package io.pitlane.pipeline.worker;

import io.pitlane.contract.Job;
import java.util.Optional;

/** A message that is no job this stage can do. */
final class MalformedJobException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 4_000;

    private final transient Job job;
    private final String action;

    /**
     * Why it is none.
     *
     * @param job as far as it could be read; null when it could not
     */
    MalformedJobException(String reason, Job job) {
        this(reason, job, "Submit the plan through the gateway, which checks it.");
    }

    /**
     * Why it is none.
     *
     * @param job as far as it could be read; null when it could not
     * @param action what can be done about it
     */
    MalformedJobException(String reason, Job job, String action) {
        super(reason.length() <= LONGEST ? reason : reason.substring(0, LONGEST) + "...");
        this.job = job;
        this.action = action;
    }

    /** Nobody knows what is wrong with it, except that no worker survives it. */
    static MalformedJobException defect(RuntimeException e) {
        return new MalformedJobException(
                "could not be dealt with: " + e,
                null,
                "Report it together with the log of the service.");
    }

    /** What can be done about it. */
    String action() {
        return action;
    }

    /** The job, when at least its run can be told. */
    Optional<Job> job() {
        return Optional.ofNullable(job).filter(j -> j.runId() != null);
    }
}

package io.pitlane.pipeline.handover;

import io.pitlane.contract.run.Job;
import java.util.Optional;

/** A message that is not a job or a trial of this stage, or is out of range. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int MAX_LENGTH = 4_000;

    private final transient Job job;
    private final String action;

    /**
     * A message that the gateway would not have let through.
     *
     * @param reason ends a sentence that begins with "The job"
     * @param job as far as it could be read; null when it could not
     */
    public MalformedMessageException(String reason, Job job) {
        this(reason, job, "Submit the plan through the gateway, which checks it.");
    }

    /**
     * A malformed message.
     *
     * @param reason ends a sentence that begins with "The job"
     * @param job as far as it could be read; null when it could not
     * @param action what the user can do about it
     */
    public MalformedMessageException(String reason, Job job, String action) {
        super(reason.length() <= MAX_LENGTH ? reason : reason.substring(0, MAX_LENGTH) + "...");
        this.job = job;
        this.action = action;
    }

    /** A message whose processing fails in a way that was not foreseen. */
    public static MalformedMessageException unprocessable(RuntimeException e) {
        return new MalformedMessageException(
                        "could not be processed: " + e,
                        null,
                        "Report it together with the log of the service.")
                .causedBy(e);
    }

    /** This exception, with the one that shows what is wrong with the message. */
    public MalformedMessageException causedBy(Exception cause) {
        initCause(cause);
        return this;
    }

    /** What the user can do about it. */
    String action() {
        return action;
    }

    /** The job, when at least its run is known. */
    Optional<Job> job() {
        return Optional.ofNullable(job).filter(j -> j.runId() != null);
    }
}

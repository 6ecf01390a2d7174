package io.pitlane.contract.failure;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.step.StageName;
import java.time.Instant;

/**
 * Why a run ended without a result.
 *
 * @param runId the run
 * @param step index of the step in the plan
 * @param stage the stage that failed
 * @param kind which sort of failure
 * @param message what was wrong and where, in one sentence
 * @param action what the reader can do about it
 * @param log the end of the failed process's log; null where there is none
 * @param at when it failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failure(
        String runId,
        int step,
        StageName stage,
        Kind kind,
        String message,
        String action,
        String log,
        Instant at) {

    /** Which sort of failure. */
    public enum Kind {
        /** The model, the data or the plan cannot be worked with as they are. */
        INVALID_INPUT,
        /** This machine lacks what the step needs, as a kernel. */
        UNSUPPORTED_MACHINE,
        /** An artifact is no longer in the log. */
        ARTIFACT_EXPIRED,
        /** An artifact's bytes are not what its reference says. */
        ARTIFACT_DAMAGED,
        /** The work process died, twice. */
        CRASHED,
        /** The work took longer than the service allows. */
        DEADLINE,
        /** Someone cancelled the run. */
        CANCELLED,
        /** A defect in Pitlane. */
        INTERNAL
    }
}

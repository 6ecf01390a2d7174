package io.pitlane.contract.failure;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.LossCurve;
import java.time.Instant;
import java.util.List;

/**
 * Why a run ended without a result.
 *
 * @param runId the run
 * @param step index of the step in the plan
 * @param stage the stage that failed
 * @param kind the kind of failure
 * @param message what was wrong and where, in one sentence
 * @param action what the reader can do about it
 * @param log the end of the failed process's log; null where there is none
 * @param losses how the trainings of the step went until then; empty where it did not train
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
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LossCurve> losses,
        Instant at) {

    public Failure {
        losses = losses == null ? List.of() : List.copyOf(losses);
    }

    /** The kind of failure. */
    public enum Kind {
        /** The model, the data or the plan is invalid. */
        INVALID_INPUT,
        /** This machine lacks something that the step needs, such as a kernel. */
        UNSUPPORTED_MACHINE,
        /** An artifact is no longer in the log. */
        ARTIFACT_EXPIRED,
        /** The bytes of an artifact do not match its digest. */
        ARTIFACT_DAMAGED,
        /** The child JVM died twice. */
        CRASHED,
        /** The job exceeded the time limit of the service. */
        DEADLINE,
        /** Someone cancelled the run. */
        CANCELLED,
        /** A defect in Pitlane. */
        INTERNAL
    }
}

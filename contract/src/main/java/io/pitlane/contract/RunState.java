package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * The latest state of a run, as the compacted runs topic keeps it by run id.
 *
 * @param runId the run
 * @param plan what was asked for
 * @param status where it stands
 * @param step index of the step at work, or of the last one when the run has ended
 * @param models every model so far, the original first
 * @param failure why it ended, when it failed; else null
 * @param submittedAt when it was submitted
 * @param updatedAt when it came to this state
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunState(
        String runId,
        Plan plan,
        Status status,
        int step,
        List<RunModel> models,
        Failure failure,
        Instant submittedAt,
        Instant updatedAt) {

    /** Where a run stands. */
    public enum Status {
        RUNNING,
        /** Ended with a report whose verdict is "passed". */
        PASSED,
        /** Ended with a report, but a constraint is violated. */
        NOT_PASSED,
        /** Ended without a report. */
        FAILED;

        /** Whether nothing will follow. */
        public boolean ended() {
            return this != RUNNING;
        }
    }
}

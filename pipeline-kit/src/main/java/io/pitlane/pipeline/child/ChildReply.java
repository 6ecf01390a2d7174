package io.pitlane.pipeline.child;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.pipeline.stage.StageOutcome;

/**
 * What a child that ended in good order has to say: the stage's outcome, or its refusal.
 *
 * @param done null when refused
 * @param refused null when done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChildReply(StageOutcome done, Refusal refused) {

    /** A {@link FailureException} in writing. */
    public record Refusal(Failure.Kind kind, String message, String action) {}

    static ChildReply done(StageOutcome outcome) {
        return new ChildReply(outcome, null);
    }

    static ChildReply refused(FailureException failure) {
        return new ChildReply(
                null, new Refusal(failure.kind(), failure.getMessage(), failure.action()));
    }

    /**
     * The stage's outcome.
     *
     * @throws FailureException the stage's own
     */
    public StageOutcome outcome() {
        if (refused != null) {
            throw new FailureException(refused.kind(), refused.message(), refused.action());
        }
        return done;
    }
}

package io.pitlane.pipeline.child;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.stage.StageOutcome;

/**
 * The reply of a child that did not die: the outcome of its task, or its failure.
 *
 * @param done the outcome of a step
 * @param scored the score of a trial
 * @param refused the failure; the other two are null then
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChildReply(StageOutcome done, TrialScore scored, Refusal refused) {

    /** A {@link FailureException} in writing. */
    public record Refusal(Failure.Kind kind, String message, String action) {}

    static ChildReply done(StageOutcome outcome) {
        return new ChildReply(outcome, null, null);
    }

    static ChildReply scored(TrialScore score) {
        return new ChildReply(null, score, null);
    }

    static ChildReply refused(FailureException failure) {
        return new ChildReply(
                null, null, new Refusal(failure.kind(), failure.getMessage(), failure.action()));
    }

    /**
     * The stage's outcome.
     *
     * @throws FailureException the stage's own
     */
    public StageOutcome outcome() {
        throwIfRefused();
        return done;
    }

    /**
     * The score of a trial.
     *
     * @throws FailureException the stage's own
     */
    public TrialScore score() {
        throwIfRefused();
        return scored;
    }

    private void throwIfRefused() {
        if (refused != null) {
            throw new FailureException(refused.kind(), refused.message(), refused.action());
        }
    }
}

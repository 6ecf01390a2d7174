package io.pitlane.training;

import io.pitlane.contract.failure.FailureException;

/** The gradient of a loss does not reach a part of a model, or cannot be computed. */
public final class MissingGradientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Tells which layer or operation is in the way, in one sentence. */
    MissingGradientException(String message) {
        super(message);
    }

    /**
     * The failure of a run that needs the gradient.
     *
     * @param action what the reader can do about it
     */
    public FailureException failure(String action) {
        return FailureException.invalidInput(getMessage(), action).causedBy(this);
    }
}

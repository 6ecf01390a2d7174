package io.pitlane.contract.failure;

import java.util.Objects;

/**
 * Ends a run, or a command, with a typed failure: what was wrong and where, and what the reader can
 * do about it. The message is one sentence that names the file, field, layer or class.
 */
public final class FailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Failure.Kind kind;
    private final String action;

    public FailureException(Failure.Kind kind, String message, String action) {
        this(kind, message, action, null);
    }

    public FailureException(Failure.Kind kind, String message, String action, Throwable cause) {
        super(Objects.requireNonNull(message), cause);
        this.kind = Objects.requireNonNull(kind);
        this.action = Objects.requireNonNull(action);
    }

    /** An invalid model, data set or plan. */
    public static FailureException invalidInput(String message, String action) {
        return new FailureException(Failure.Kind.INVALID_INPUT, message, action);
    }

    /** The same failure, with the exception that shows it. */
    public FailureException causedBy(Throwable cause) {
        return new FailureException(kind, getMessage(), action, cause);
    }

    public Failure.Kind kind() {
        return kind;
    }

    /** What the reader can do about it. */
    public String action() {
        return action;
    }
}

package io.pitlane.engines;

/** Why native libraries could not be loaded, in one line. */
final class NativeFailure {
    private NativeFailure() {}

    /** The message of the innermost cause, since the outer ones name only the class. */
    static String reason(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        var message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message.strip();
    }
}

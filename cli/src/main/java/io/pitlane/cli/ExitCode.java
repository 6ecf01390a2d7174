package io.pitlane.cli;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.run.RunState;

/** The exit codes of the command line. */
final class ExitCode {
    /** Success; of a run: the verdict is "passed". */
    static final int OK = 0;

    /** The run, or the command, failed. */
    static final int FAILED = 1;

    /** The input of the user is wrong. */
    static final int WRONG_INPUT = 2;

    /** The run has a report, but its verdict is "not passed". */
    static final int NOT_PASSED = 3;

    private ExitCode() {}

    static int of(Failure.Kind kind) {
        return kind == Failure.Kind.INVALID_INPUT ? WRONG_INPUT : FAILED;
    }

    static int of(RunState run) {
        return switch (run.status()) {
            case RUNNING, PASSED -> OK;
            case NOT_PASSED -> NOT_PASSED;
            case FAILED, CANCELLED -> of(run.failure().kind());
        };
    }
}

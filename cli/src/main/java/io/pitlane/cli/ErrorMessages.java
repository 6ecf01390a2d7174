package io.pitlane.cli;

import io.pitlane.cli.client.ServerUnreachableException;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.InvalidPlanException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever ends a command into a message for its user and an exit code. */
final class ErrorMessages {
    private static final String DEBUG = "PITLANE_DEBUG";

    private ErrorMessages() {}

    /** An option or argument was wrong. */
    static int misused(ParameterException e, String[] args) {
        var err = e.getCommandLine().getErr();
        say(err, e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            var name = e.getCommandLine().getCommandSpec().qualifiedName();
            err.println("  '" + name + " --help' tells what it takes.");
        }
        return ExitCode.WRONG_INPUT;
    }

    /** A command threw. */
    static int failed(Exception e, CommandLine command, ParseResult parsed) {
        var err = command.getErr();
        if (System.getenv(DEBUG) != null) {
            e.printStackTrace(err);
        }
        if (e instanceof FailureException failure) {
            say(err, failure.getMessage());
            advise(err, failure.action());
            return ExitCode.of(failure.kind());
        }
        if (e instanceof InvalidPlanException) {
            say(err, e.getMessage());
            return ExitCode.WRONG_INPUT;
        }
        if (e instanceof ServerUnreachableException) {
            say(err, e.getMessage());
            advise(err, "Start one with 'pitlane up', or name another with --server.");
            return ExitCode.FAILED;
        }
        say(err, e.getClass().getSimpleName() + ": " + e.getMessage());
        advise(err, "This is a defect in Pitlane; with " + DEBUG + "=1 set it shows where.");
        return ExitCode.FAILED;
    }

    private static void say(PrintWriter err, String message) {
        err.println("pitlane: " + message);
    }

    private static void advise(PrintWriter err, String action) {
        err.println(action.indent(2).stripTrailing());
    }
}

package io.pitlane.cli;

import io.pitlane.cli.client.ServerUnreachableException;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.InvalidPlanException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into messages for the user and exit codes. */
final class ErrorMessages {
    /** Environment variable: errors include stack traces, and TensorFlow prints on the terminal. */
    static final String DEBUG = "PITLANE_DEBUG";

    private ErrorMessages() {}

    /** Prints what is wrong with an option or argument. */
    static int wrongArguments(ParameterException e, String[] args) {
        var err = e.getCommandLine().getErr();
        printMessage(err, e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            var name = e.getCommandLine().getCommandSpec().qualifiedName();
            err.println("  '" + name + " --help' tells what it takes.");
        }
        return ExitCode.WRONG_INPUT;
    }

    /** Prints why a command failed. */
    static int failed(Exception e, CommandLine command, ParseResult parsed) {
        var err = command.getErr();
        if (System.getenv(DEBUG) != null) {
            e.printStackTrace(err);
        }
        if (e instanceof FailureException failure) {
            printMessage(err, failure.getMessage());
            printAction(err, failure.action());
            return ExitCode.of(failure.kind());
        }
        if (e instanceof InvalidPlanException) {
            printMessage(err, e.getMessage());
            return ExitCode.WRONG_INPUT;
        }
        if (e instanceof ServerUnreachableException unreachable) {
            printMessage(err, e.getMessage());
            printAction(err, unreachable.action());
            return ExitCode.FAILED;
        }
        printMessage(err, e.getClass().getSimpleName() + ": " + e.getMessage());
        printAction(err, "This is a defect in Pitlane; with " + DEBUG + "=1 set it shows where.");
        return ExitCode.FAILED;
    }

    private static void printMessage(PrintWriter err, String message) {
        err.println("pitlane: " + message);
    }

    private static void printAction(PrintWriter err, String action) {
        err.println(action.indent(2).stripTrailing());
    }
}

package io.pitlane.cli;

import io.pitlane.cli.client.RunClient;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.RunState;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = {
            "Cancels a run.",
            "A step in progress ends within seconds. A run that waits for its stage ends when the"
                    + " stage takes it. A run that has ended stays as it is.",
            "Exit code: 0 unless the run is unknown or the server does not respond."
        })
final class CancelCommand implements Callable<Integer> {
    @Mixin private RunArgument run;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "How long to wait for the run's end (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var client = server.client();
        var id = run.find(client).runId();
        var before = client.runs().cancel(id);
        var after = before.status().ended() ? before : awaitEnd(client.runs(), id);
        tell(before, after, spec.commandLine().getOut());
        return ExitCode.OK;
    }

    private RunState awaitEnd(RunClient runs, String id) {
        var end = Instant.now().plus(Duration.ofSeconds(seconds));
        var state = runs.find(id);
        while (!state.status().ended() && Instant.now().isBefore(end)) {
            pause();
            state = runs.find(id);
        }
        return state;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(250);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException(
                    Failure.Kind.CANCELLED,
                    "the wait for the end of the run was interrupted",
                    "The run ends all the same; 'pitlane runs' shows its state.");
        }
    }

    private static void tell(RunState before, RunState after, PrintWriter out) {
        var run = "Run " + after.runId();
        var status = after.status().title();
        if (before.status().ended()) {
            out.println(run + " has already ended: " + status + ".");
        } else if (after.status() == RunState.Status.CANCELLED) {
            out.println(run + " is cancelled, at step " + StatusCommand.step(after) + ".");
        } else if (after.status().ended()) {
            out.println(run + " ended before it could be cancelled: " + status + ".");
        } else {
            out.println(
                    run
                            + " is to be cancelled, and waits at step "
                            + StatusCommand.step(after)
                            + ".");
            out.println("It ends when the stage takes it; 'pitlane status' shows its state.");
        }
    }
}

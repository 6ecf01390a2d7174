package io.pitlane.cli;

import io.pitlane.cli.run.LogFollower;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the end of the log of a run's work process: of the step at work, or of the one"
                    + " that failed.",
            "A run that has ended with a report keeps no log; its notes are in the report."
        })
final class LogsCommand implements Callable<Integer> {
    @Mixin private RunArgument run;

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on with progress and new lines until the run ends.")
    private boolean follow;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var client = server.client();
        var state = run.find(client);
        var out = spec.commandLine().getOut();
        if (follow && !state.status().ended()) {
            new LogFollower(state.plan(), out).follow(client, state.runId());
            return ExitCode.OK;
        }
        var log = client.runs().log(state.runId());
        out.println(
                log.isBlank()
                        ? "There is no log: run %s is %s, at step %s."
                                .formatted(
                                        state.runId(),
                                        state.status().title(),
                                        StatusCommand.step(state))
                        : log.stripTrailing());
        return ExitCode.OK;
    }
}

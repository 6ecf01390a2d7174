package io.pitlane.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Writes a plan for a model, or says what a plan does; needs no server.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PlanInitCommand.class, PlanCheckCommand.class})
final class PlanCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.WRONG_INPUT;
    }
}

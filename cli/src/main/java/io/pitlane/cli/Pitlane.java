package io.pitlane.cli;

import io.pitlane.cli.stack.StateFolder;
import io.pitlane.graph.natives.NativeStderr;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The entry point of the command line. */
@Command(
        name = "pitlane",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Makes trained driving models small and fast, and proves it.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it went well; of a run: the verdict is \"passed\"",
            "1:the run or the command failed",
            "2:the input was wrong: a plan, a model, data, an option",
            "3:the run finished, but its verdict is \"not passed\""
        },
        footerHeading = "%nA first try:%n",
        footer = {
            "  pitlane demo --out out        the bundled example, from end to end",
            "  pitlane compress --help       your own model"
        },
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            CompressCommand.class,
            RerunCommand.class,
            RunsCommand.class,
            StatusCommand.class,
            OpenCommand.class,
            CancelCommand.class,
            LogsCommand.class,
            ResultsCommand.class,
            CompareCommand.class,
            ApproveCommand.class,
            RejectCommand.class,
            DownloadCommand.class,
            PlanCommand.class,
            RegisterCommand.class,
            PlansCommand.class,
            TriggerCommand.class,
            InspectCommand.class,
            ExportCommand.class,
            PackCommand.class,
            UnpackCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Pitlane implements Callable<Integer> {
    /** Commands that read a model in this process. */
    private static final Set<String> RUNS_TENSORFLOW =
            Set.of("demo", "compress", "register", "plan", "inspect", "export", "pack", "unpack");

    @Spec private CommandSpec spec;

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        if (args.length > 0
                && RUNS_TENSORFLOW.contains(args[0])
                && System.getenv(ErrorMessages.DEBUG) == null) {
            NativeStderr.divertTo(StateFolder.ofUser().root().resolve("logs/tensorflow.log"));
        }
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Pitlane())
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(ErrorMessages::wrongArguments)
                .setExecutionExceptionHandler(ErrorMessages::failed);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.WRONG_INPUT;
    }
}

package io.pitlane.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "open",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the address of a run's page on the board, and opens it in the browser.",
            "On a machine without a desktop the address is only printed."
        })
final class OpenCommand implements Callable<Integer> {
    @Mixin private RunArgument run;

    @Option(names = "--print", description = "Only prints the address.")
    private boolean print;

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var client = server.client();
        var address = client.page(run.find(client).runId());
        spec.commandLine().getOut().println(address);
        if (!print) {
            Browser.ofUser().open(address);
        }
        return ExitCode.OK;
    }
}

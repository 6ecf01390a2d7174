package io.pitlane.cli;

import io.pitlane.report.ReportTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "results",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a finished run's figures and verdict.",
            "The exit code is that of the run: 0 passed, 3 not passed."
        })
final class ResultsCommand implements Callable<Integer> {
    @Mixin private RunArgument run;
    @Mixin private ServerOption server;
    @Mixin private JsonOption json;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var client = server.client();
        var report = client.runs().report(run.find(client).runId());
        json.print(spec.commandLine().getOut(), report, () -> new ReportTable(report).render());
        return report.verdict().passed() ? ExitCode.OK : ExitCode.NOT_PASSED;
    }
}

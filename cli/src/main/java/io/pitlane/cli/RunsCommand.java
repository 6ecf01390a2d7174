package io.pitlane.cli;

import io.pitlane.contract.run.RunState;
import io.pitlane.report.TextTable;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        description = "Lists the runs of a server, the newest first.")
final class RunsCommand implements Callable<Integer> {
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    @Mixin private ServerOption server;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var runs = server.client().runs().list();
        var out = spec.commandLine().getOut();
        if (runs.isEmpty()) {
            out.println("No runs yet; 'pitlane compress PLAN' starts one.");
            return ExitCode.OK;
        }
        var table = new TextTable(List.of("run", "plan", "status", "step", "submitted"), 5);
        runs.forEach(run -> table.add(row(run)));
        out.println(table.render());
        return ExitCode.OK;
    }

    private static List<String> row(RunState run) {
        return List.of(
                run.runId(),
                run.plan().name(),
                run.status().title(),
                StatusCommand.step(run),
                TIME.format(run.submittedAt()));
    }
}

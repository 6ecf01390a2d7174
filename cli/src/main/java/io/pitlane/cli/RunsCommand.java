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
    @Mixin private JsonOption json;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var runs = server.client().runs().list();
        json.print(spec.commandLine().getOut(), runs, () -> table(runs));
        return ExitCode.OK;
    }

    private static String table(List<RunState> runs) {
        if (runs.isEmpty()) {
            return "No runs yet; 'pitlane compress PLAN' starts one.";
        }
        var table = new TextTable(List.of("run", "plan", "status", "step", "submitted"), 5);
        runs.forEach(run -> table.add(row(run)));
        return table.render();
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

package io.pitlane.cli;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.RunState;
import io.pitlane.report.RunsComparison;
import io.pitlane.report.TextTable;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the models of finished runs in one table, on one engine at one batch size.",
            "Figures are compared only where task, data, machine and software are the same; else"
                    + " the command says what differs, and its exit code is 2."
        })
final class CompareCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "2..8", description = RunArgument.DESCRIPTION)
    private List<String> runs;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            description = "One of ${COMPLETION-CANDIDATES} (else the first that all runs timed).")
    private Engine engine;

    @Option(
            names = "--batch",
            paramLabel = "SIZE",
            description = "Batch size of the latencies (else the first that all runs timed).")
    private Integer batch;

    @Option(names = "--csv", description = "Print comma-separated values, as numbers.")
    private boolean csv;

    @Mixin private ServerOption server;
    @Mixin private JsonOption json;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (csv && json.isWanted()) {
            throw FailureException.invalidInput(
                    "--csv and --json: the figures can be printed in one form only",
                    "Name one of them.");
        }
        var client = server.client();
        var found = runs.stream().map(run -> RunArgument.find(run, client)).toList();
        var reports = found.stream().map(run -> client.runs().report(run.runId())).toList();
        var comparison = comparison(reports);
        var out = spec.commandLine().getOut();
        if (csv) {
            out.print(comparison.csv());
            out.flush();
        } else {
            json.print(out, comparison.rows(), () -> legend(found) + "\n\n" + comparison.text());
        }
        return ExitCode.OK;
    }

    private RunsComparison comparison(List<Report> reports) {
        var differences = RunsComparison.differences(reports);
        if (!differences.isEmpty()) {
            throw FailureException.invalidInput(
                    "the figures of these runs cannot be compared:\n  "
                            + String.join("\n  ", differences),
                    "A is the first run. Run the plans on the same machine, with the same data and"
                            + " version.");
        }
        return new RunsComparison(
                reports,
                chosen("--engine", engine, RunsComparison.engines(reports)),
                chosen("--batch", batch, RunsComparison.batches(reports)));
    }

    private static <T> T chosen(String option, T wanted, List<T> common) {
        if (common.isEmpty() || wanted != null && !common.contains(wanted)) {
            throw FailureException.invalidInput(
                    option + ": the runs have no latencies in common for it",
                    "They have " + (common.isEmpty() ? "none" : common) + " in common.");
        }
        return wanted == null ? common.get(0) : wanted;
    }

    private static String legend(List<RunState> found) {
        var table = new TextTable(List.of("", "plan", "run", "status"), 4);
        IntStream.range(0, found.size())
                .forEach(
                        i ->
                                table.add(
                                        List.of(
                                                RunsComparison.letter(i),
                                                found.get(i).plan().name(),
                                                found.get(i).runId(),
                                                found.get(i).status().title())));
        return table.render();
    }
}

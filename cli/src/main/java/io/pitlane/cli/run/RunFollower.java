package io.pitlane.cli.run;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.report.FigureFormat;
import io.pitlane.report.ReportTable;
import io.pitlane.report.TextTable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/** Submits a run, watches it to its end, and writes its results to disk. */
final class RunFollower {
    private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(90);

    private final Server server;
    private final RunDisplay display;
    private final PrintWriter out;

    /**
     * @param display shows the progress
     * @param out receives the figures
     */
    RunFollower(Server server, RunDisplay display, PrintWriter out) {
        this.server = server;
        this.display = display;
        this.out = out;
    }

    /**
     * Runs a plan whose model and data are uploaded.
     *
     * @return the run's report
     * @throws FailureException when the run is refused or fails
     */
    Report run(RunRequest request, ResultsFolder results) {
        var client = server.client();
        var submitted = client.runs().submit(request);
        display.note("Run " + submitted.runId() + " at " + client.page(submitted.runId()));
        var watcher = new RunWatcher(client.runs(), display, server::check, SERVER_TIMEOUT);
        var ended = watcher.awaitEnd(submitted.runId());
        if (ended.failure() != null) {
            throw failure(ended);
        }
        var report = watcher.awaitReport(ended.runId());
        results.write(report, ended.deliverables(), client.runs());
        server.verdictReached();
        print(ended, report);
        out.println("\nThe report and the delivered models are in " + results);
        out.flush();
        return report;
    }

    private void print(RunState ended, Report report) {
        out.println("\n" + new ReportTable(report).render());
        out.println("\n" + delivered(ended.deliverables()));
        var cached = ended.models().stream().filter(RunModel::cached).map(RunModel::label).toList();
        if (!cached.isEmpty()) {
            out.println("\nCached, from earlier runs: " + String.join(", ", cached));
        }
    }

    private static String delivered(List<DeliveredModel> deliverables) {
        if (deliverables.isEmpty()) {
            return "Nothing was delivered. The notes in the report say why.";
        }
        var table = new TextTable(List.of("delivered", "format", "size"), 2);
        deliverables.forEach(
                delivered ->
                        table.add(
                                List.of(
                                        delivered.format().fileName(),
                                        delivered.format().label(),
                                        FigureFormat.bytes(delivered.sizeBytes()))));
        return table.render();
    }

    private FailureException failure(RunState run) {
        var failure = run.failure();
        if (failure.kind() == Failure.Kind.CANCELLED) {
            return new FailureException(failure.kind(), failure.message(), failure.action());
        }
        var where =
                "step %d of %d (%s) failed: "
                        .formatted(
                                failure.step() + 1,
                                run.plan().steps().size(),
                                failure.stage().label());
        var action = new StringBuilder(failure.action());
        if (failure.kind() != Failure.Kind.INVALID_INPUT) {
            action.append("\nLogs: ").append(server.logs());
            if (failure.log() != null) {
                action.append("\nThe end of the process's log:\n").append(failure.log());
            }
        }
        return new FailureException(failure.kind(), where + failure.message(), action.toString());
    }
}

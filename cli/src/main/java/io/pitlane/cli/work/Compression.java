package io.pitlane.cli.work;

import io.pitlane.cli.report.ReportTable;
import io.pitlane.cli.stack.InstalledStages;
import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Plan;
import io.pitlane.contract.Report;
import io.pitlane.contract.RunRequest;
import io.pitlane.contract.RunState;
import io.pitlane.pipeline.artifact.Archive;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/** One run from the plan file to the results on disk: check, pack, upload, submit, watch, write. */
public final class Compression {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final PlanFile plan;
    private final ResultsFolder results;
    private final PrintWriter out;
    private final InputCheck inputCheck;

    /** Finds what is wrong with a model or data before anything is started for them. */
    interface InputCheck {
        /**
         * @throws FailureException when something is
         */
        void check(Plan plan, Path model, Path dataRoot);
    }

    /**
     * @param out where progress and the figures are shown
     */
    public Compression(PlanFile plan, ResultsFolder results, PrintWriter out) {
        this(plan, results, out, InstalledStages::checkInput);
    }

    Compression(PlanFile plan, ResultsFolder results, PrintWriter out, InputCheck inputCheck) {
        this.plan = plan;
        this.results = results;
        this.out = out;
        this.inputCheck = inputCheck;
    }

    /**
     * Does it.
     *
     * @param servers gives the server to use, told where to put its news; asked after the input was
     *     found to be right
     * @return the run's report
     * @throws FailureException when the input is wrong or the run fails
     */
    public Report run(Function<Consumer<String>, Server> servers) {
        var display = RunDisplay.of(plan.plan(), out);
        try (var scratch = Scratch.create()) {
            display.note("Checking the model and the data ...");
            var model = PackedModel.folder(plan.model(), scratch);
            var unpacked = plan.withModels(path -> PackedModel.folder(path, scratch));
            inputCheck.check(unpacked.plan(), model, unpacked.folder());
            try (var server = servers.apply(display::note)) {
                return run(server, pack(unpacked, model, scratch), display);
            }
        }
    }

    /** What is sent: the plan as it travels, and the packed model and data. */
    private record Shipment(
            TravellingPlan plan,
            Archive.Packed model,
            Path modelFile,
            Archive.Packed data,
            Path dataFile) {}

    private static Shipment pack(PlanFile plan, Path model, Scratch scratch) {
        var travelling = TravellingPlan.of(plan);
        var modelFile = scratch.file("model.tar.gz");
        var dataFile = scratch.file("data.tar.gz");
        return new Shipment(
                travelling,
                Archive.pack(model, modelFile),
                modelFile,
                Archive.packFiles(travelling.data(), dataFile),
                dataFile);
    }

    private Report run(Server server, Shipment shipment, RunDisplay display) {
        var client = server.client();
        Uploads.upload(client, ArtifactRef.Kind.MODEL, shipment.model(), shipment.modelFile());
        Uploads.upload(client, ArtifactRef.Kind.DATA, shipment.data(), shipment.dataFile());
        var submitted = client.submit(request(shipment));
        display.note("Run " + submitted.runId() + " at " + client.server());
        var watch = new RunWatch(client, display, server::check, PATIENCE);
        var ended = watch.untilEnded(submitted.runId());
        if (ended.status() == RunState.Status.FAILED) {
            throw failure(ended, server);
        }
        var report = watch.report(ended.runId());
        results.write(report, client);
        server.concluded();
        out.println("\n" + new ReportTable(report).render());
        out.println("\nThe report and the model are in " + results);
        out.flush();
        return report;
    }

    private static RunRequest request(Shipment shipment) {
        try {
            return new RunRequest(
                    ContractJson.MAPPER.writeValueAsString(shipment.plan().plan()),
                    shipment.model().digest(),
                    shipment.data().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FailureException failure(RunState run, Server server) {
        var failure = run.failure();
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

package io.pitlane.cli.run;

import io.pitlane.cli.model.TempFolder;
import io.pitlane.cli.plan.InputCheck;
import io.pitlane.cli.plan.PackedPlan;
import io.pitlane.cli.plan.PlanFile;
import io.pitlane.cli.plan.UnpackedPlan;
import io.pitlane.cli.stack.InstalledStages;
import io.pitlane.contract.artifact.ArtifactRef.Kind;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.pipeline.artifact.Archive;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One run from the plan file to the results on disk: checks and packs the inputs, uploads them,
 * submits the run, watches it, and writes the results.
 */
public final class Compression {
    private final PlanFile plan;
    private final ResultsFolder results;
    private final PrintWriter out;
    private final InputCheck inputCheck;

    /**
     * @param out receives the progress and the figures
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
     * Runs the plan.
     *
     * @param servers provides the server, given a receiver of its messages; called after the input
     *     check has passed
     * @return the run's report
     * @throws FailureException when the input is wrong or the run fails
     */
    public Report run(Function<Consumer<String>, Server> servers) {
        var display = RunDisplay.of(plan.plan(), out);
        try (var temp = TempFolder.create()) {
            display.note("Checking the model and the data ...");
            var unpacked = UnpackedPlan.of(plan, temp);
            unpacked.check(inputCheck);
            try (var server = servers.apply(display::note)) {
                return run(server, pack(unpacked, temp), display);
            }
        }
    }

    /** The inputs of a run, packed for the upload. */
    private record PackedInputs(
            PackedPlan plan,
            Archive.Packed model,
            Path modelFile,
            Archive.Packed data,
            Path dataFile) {}

    private static PackedInputs pack(UnpackedPlan plan, TempFolder temp) {
        var packed = PackedPlan.of(plan.file());
        var modelFile = temp.file("model.tar.gz");
        var dataFile = temp.file("data.tar.gz");
        return new PackedInputs(
                packed,
                Archive.pack(plan.model(), modelFile),
                modelFile,
                Archive.packFiles(packed.data(), dataFile),
                dataFile);
    }

    private Report run(Server server, PackedInputs inputs, RunDisplay display) {
        var artifacts = server.client().artifacts();
        artifacts.uploadIfMissing(Kind.MODEL, inputs.model().digest(), inputs.modelFile());
        artifacts.uploadIfMissing(Kind.DATA, inputs.data().digest(), inputs.dataFile());
        return new RunFollower(server, display, out).run(request(inputs), results);
    }

    private static RunRequest request(PackedInputs inputs) {
        try {
            return new RunRequest(
                    ContractJson.MAPPER.writeValueAsString(inputs.plan().plan()),
                    inputs.model().digest(),
                    inputs.data().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

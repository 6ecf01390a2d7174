package io.pitlane.cli.run;

import io.pitlane.cli.client.RunClient;
import io.pitlane.cli.model.ModelFolder;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Report;
import io.pitlane.report.HtmlReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the results of a run: {@code report.json}, {@code report.html}, {@code model/}. */
public final class ResultsFolder {
    private final Path folder;

    private ResultsFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Creates the folder.
     *
     * @throws FailureException when it cannot be written to, or its {@code model} is not a
     *     SavedModel
     */
    public static ResultsFolder prepare(Path folder) {
        var absolute = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
        } catch (IOException e) {
            throw FailureException.invalidInput(
                            "cannot create the folder " + folder + " for the results: " + e,
                            "Name another with --out.")
                    .causedBy(e);
        }
        if (!Files.isWritable(absolute)) {
            throw FailureException.invalidInput(
                    "cannot write into the folder " + folder + " for the results",
                    "Name another with --out.");
        }
        var results = new ResultsFolder(absolute);
        results.model().requireReplaceable();
        return results;
    }

    private ModelFolder model() {
        return new ModelFolder(folder.resolve("model"));
    }

    /** Writes the report and downloads the candidate. */
    void write(Report report, RunClient runs) {
        try {
            Files.writeString(
                    folder.resolve("report.json"),
                    ContractJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report)
                            + "\n");
            Files.writeString(folder.resolve("report.html"), HtmlReport.render(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var candidate = report.models().get(report.models().size() - 1).label();
        model().download(runs, report.run(), candidate);
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}

package io.pitlane.cli.work;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.report.HtmlReport;
import io.pitlane.contract.ContractJson;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a run leaves on disk: {@code report.json}, {@code report.html} and the candidate in {@code
 * model}.
 */
public final class ResultsFolder {
    private final Path folder;

    private ResultsFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder.
     *
     * @throws FailureException when it cannot be written to, or a model cannot be put there
     */
    public static ResultsFolder prepare(Path folder) {
        var absolute = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
        } catch (IOException e) {
            throw FailureException.invalidInput(
                    "cannot make the folder " + folder + " for the results: " + e,
                    "Name another with --out.");
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
    void write(Report report, GatewayClient client) {
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
        model().download(client, report.run(), candidate);
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}

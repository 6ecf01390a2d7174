package io.pitlane.cli.run;

import io.pitlane.cli.client.RunClient;
import io.pitlane.cli.model.ModelTarget;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.report.HtmlReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the results of a run: {@code report.json}, {@code report.html}, and the candidate in each
 * format that it was delivered in: {@code model/}, {@code model.onnx}, {@code model.tflite}, {@code
 * model.pitlane}.
 */
public final class ResultsFolder {
    private final Path folder;

    private ResultsFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Creates the folder.
     *
     * @throws FailureException when it cannot be written to, or something that is no model is at
     *     the place of one
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
        for (var format : DeliveryFormat.values()) {
            results.target(format).requireReplaceable();
        }
        return results;
    }

    private ModelTarget target(DeliveryFormat format) {
        return ModelTarget.of(format, folder.resolve(format.fileName()));
    }

    /**
     * Writes the report and downloads what was delivered. A model that an earlier run left in
     * another format is deleted: everything in the folder belongs to one run.
     */
    void write(Report report, List<DeliveredModel> deliverables, RunClient runs) {
        try {
            Files.writeString(
                    folder.resolve("report.json"),
                    ContractJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report)
                            + "\n");
            Files.writeString(folder.resolve("report.html"), HtmlReport.render(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (var format : DeliveryFormat.values()) {
            deliverables.stream()
                    .filter(delivered -> delivered.format() == format)
                    .findFirst()
                    .ifPresentOrElse(
                            delivered ->
                                    target(format)
                                            .download(
                                                    file ->
                                                            runs.downloadDeliverable(
                                                                    report.run(), delivered, file)),
                            target(format)::delete);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}

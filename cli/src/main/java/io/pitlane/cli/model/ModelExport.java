package io.pitlane.cli.model;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.report.FigureFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Exports a model to a file. */
public final class ModelExport {
    private ModelExport() {}

    /**
     * Writes a model as ONNX or TFLite.
     *
     * @param model folder or tar.gz of a SavedModel, a frozen graph, or an ONNX model
     * @param options for a model that becomes a SavedModel
     * @param format ONNX or TFLITE
     * @param precision empty for that of the model
     * @param out the file; a model of the same format that is there is replaced
     * @param version version of Pitlane, which the file names
     * @return path and size of the file
     * @throws FailureException when the model is not supported, nodes of it cannot be exported, or
     *     something else is at {@code out}; nothing is written then
     */
    public static String toFile(
            Path model,
            ImportOptions options,
            ModelFormat format,
            Optional<Precision> precision,
            Path out,
            String version) {
        var file = out.toAbsolutePath().normalize();
        requireReplaceable(file, format);
        try (var temp = TempFolder.create()) {
            var folder = PackedModel.unpackedFolder(model, options, temp);
            var graph = SavedModelReader.read(folder);
            var digest = Archive.pack(folder, temp.file("model.tar.gz")).digest();
            var properties =
                    Map.of(
                            ExportMetadata.MODEL_DIGEST, digest,
                            ExportMetadata.MODEL_SOURCE, model.normalize().getFileName().toString(),
                            ExportMetadata.SIGNATURE, graph.signature().key());
            ModelExports.of(
                            format,
                            graph,
                            precision.orElseGet(() -> ModelExports.precisionOf(graph)))
                    .orElseThrow()
                    .write(file, new ExportMetadata(version, properties));
            return file + "  " + FigureFormat.bytes(Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireReplaceable(Path file, ModelFormat format) {
        if (Files.isDirectory(file)) {
            throw FailureException.invalidInput(
                    file + " is a folder",
                    "Name a file in it: --out " + file.resolve(format.fileName()));
        }
        if (!Files.isDirectory(file.getParent())) {
            throw FailureException.invalidInput(
                    "there is no folder " + file.getParent(), "Create it, or name another file.");
        }
        boolean onnx = format == ModelFormat.ONNX;
        var replaceable = onnx ? ModelFileFormat.ONNX : ModelFileFormat.TFLITE;
        if (Files.exists(file) && ModelFileFormat.of(file).filter(replaceable::equals).isEmpty()) {
            throw FailureException.invalidInput(
                    "%s exists and is not %s model, so it is not replaced"
                            .formatted(file, onnx ? "an ONNX" : "a TFLite"),
                    "Name another file or delete it.");
        }
    }
}

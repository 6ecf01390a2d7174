package io.pitlane.cli.model;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.onnx.OnnxExport;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.report.FigureFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Exports a model to a file. */
public final class ModelExport {
    private ModelExport() {}

    /**
     * Writes a model as ONNX.
     *
     * @param model folder or tar.gz of a SavedModel, a frozen graph, or an ONNX model
     * @param options for a model that becomes a SavedModel
     * @param out the file; an ONNX model that is there is replaced
     * @param version version of Pitlane, which the file names
     * @return path and size of the file
     * @throws FailureException when the model is not supported, nodes of it cannot be exported, or
     *     something else is at {@code out}; nothing is written then
     */
    public static String toOnnx(Path model, ImportOptions options, Path out, String version) {
        var file = out.toAbsolutePath().normalize();
        requireReplaceable(file);
        try (var temp = TempFolder.create()) {
            var folder = PackedModel.unpackedFolder(model, options, temp);
            var graph = SavedModelReader.read(folder);
            var digest = Archive.pack(folder, temp.file("model.tar.gz")).digest();
            var properties =
                    Map.of(
                            ExportMetadata.MODEL_DIGEST, digest,
                            ExportMetadata.MODEL_SOURCE, model.normalize().getFileName().toString(),
                            ExportMetadata.SIGNATURE, graph.signature().key());
            OnnxExport.of(graph).write(file, new ExportMetadata(version, properties));
            return file + "  " + FigureFormat.bytes(Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireReplaceable(Path file) {
        if (Files.isDirectory(file)) {
            throw FailureException.invalidInput(
                    file + " is a folder",
                    "Name a file in it: --out " + file.resolve("model.onnx"));
        }
        if (!Files.isDirectory(file.getParent())) {
            throw FailureException.invalidInput(
                    "there is no folder " + file.getParent(), "Create it, or name another file.");
        }
        if (Files.exists(file)
                && ModelFileFormat.of(file).filter(ModelFileFormat.ONNX::equals).isEmpty()) {
            throw FailureException.invalidInput(
                    file + " exists and is not an ONNX model, so it is not replaced",
                    "Name another file or delete it.");
        }
    }
}

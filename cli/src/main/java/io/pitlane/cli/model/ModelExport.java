package io.pitlane.cli.model;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.InputType;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.quantization.ByteInput;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.report.FigureFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Exports a model. */
public final class ModelExport {
    private ModelExport() {}

    /**
     * Writes a model in a format.
     *
     * @param model folder or tar.gz of a SavedModel, a frozen graph, or an ONNX model
     * @param options for a model that becomes a SavedModel
     * @param precision empty for that of the model
     * @param out the file, or folder of a SavedModel; a model of the same format that is there is
     *     replaced
     * @param inputType UINT8 or INT8 for an input of bytes, which needs a quantized model
     * @param version version of Pitlane, which the file names
     * @return path and size of the model
     * @throws FailureException when the model is not supported, nodes of it cannot be exported, or
     *     something else is at {@code out}; nothing is written then
     */
    public static String write(
            Path model,
            ImportOptions options,
            ModelFormat format,
            Optional<Precision> precision,
            InputType inputType,
            Path out,
            String version) {
        var target = out.toAbsolutePath().normalize();
        ModelTarget.of(DeliveryFormat.of(format), target).requireReplaceable();
        requireFolderOf(target);
        try (var temp = TempFolder.create()) {
            var folder = PackedModel.unpackedFolder(model, options, temp);
            var read = SavedModelReader.read(folder);
            var bytes = bytes(read, inputType);
            var graph = bytes.map(ByteInput::graph).orElse(read);
            var digest = Archive.pack(folder, temp.file("model.tar.gz")).digest();
            var properties =
                    Map.of(
                            ExportMetadata.MODEL_DIGEST, digest,
                            ExportMetadata.MODEL_SOURCE, model.normalize().getFileName().toString(),
                            ExportMetadata.SIGNATURE, graph.signature().key());
            ModelExports.of(
                            format,
                            graph,
                            precision.orElseGet(() -> ModelExports.precisionOf(format, graph)))
                    .write(target, new ExportMetadata(version, properties));
            var written = target + "  " + FigureFormat.bytes(size(target));
            return bytes.map(
                            input ->
                                    "%s%ninput '%s': uint8, %s"
                                            .formatted(written, input.input(), input.formula()))
                    .orElse(written);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Checks that there is a folder to write into.
     *
     * @throws FailureException when there is none
     */
    static void requireFolderOf(Path target) {
        if (!Files.isDirectory(target.getParent())) {
            throw FailureException.invalidInput(
                    "there is no folder " + target.getParent(), "Create it, or name another file.");
        }
    }

    private static Optional<ByteInput> bytes(FlatGraph graph, InputType type) {
        return type == InputType.FLOAT32
                ? Optional.empty()
                : Optional.of(ByteInput.of(graph, type == InputType.INT8));
    }

    private static long size(Path target) throws IOException {
        var file = Files.isDirectory(target) ? target.resolve(ModelFolder.MODEL_FILE) : target;
        return Files.size(file);
    }
}

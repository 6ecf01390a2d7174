package io.pitlane.cli.model;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.export.InputType;
import io.pitlane.formats.packed.PackedModelReader;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.report.FigureFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Packs models into small files, and unpacks them. */
public final class ModelPacking {
    private ModelPacking() {}

    /**
     * Packs a model.
     *
     * @param model folder or tar.gz of a SavedModel, a frozen graph, an ONNX or a packed model
     * @param options for a model that becomes a SavedModel, and for the base
     * @param base the model that only the differences to are packed
     * @return path and size of the file, and how much smaller than the model it is
     * @throws FailureException when a model is not supported, or something else is at {@code out}
     */
    public static String pack(Path model, ImportOptions options, Optional<Path> base, Path out) {
        var target = out.toAbsolutePath().normalize();
        ModelTarget.of(DeliveryFormat.PACKED, target).requireReplaceable();
        ModelExport.requireFolderOf(target);
        try (var temp = TempFolder.create()) {
            var graph = read(model, options, temp);
            var packed =
                    base.map(deployed -> read(deployed, options, temp))
                            .map(deployed -> PackedModelWriter.packDelta(graph, deployed))
                            .orElseGet(() -> PackedModelWriter.pack(graph));
            PackedModelWriter.write(packed, target);
            long unpacked = graph.toGraphDef().getSerializedSize();
            return String.format(
                    Locale.ROOT,
                    "%s  %s, %.1f times smaller than %s",
                    target,
                    FigureFormat.bytes(packed.length),
                    (double) unpacked / packed.length,
                    FigureFormat.bytes(unpacked));
        }
    }

    private static FlatGraph read(Path model, ImportOptions options, TempFolder temp) {
        return SavedModelReader.read(PackedModel.unpackedFolder(model, options, temp));
    }

    /**
     * Unpacks a model.
     *
     * @param base the model that it was packed relative to
     * @param format empty for the SavedModel that was packed
     * @param out the file, or folder of a SavedModel
     * @param version version of Pitlane, which an exported file names
     * @return path and size of the model
     * @throws FailureException when the file is damaged, or relative to another base; when nodes of
     *     the model cannot be exported, or something else is at {@code out}
     */
    public static String unpack(
            Path file,
            Optional<Path> base,
            Optional<ModelFormat> format,
            Path out,
            String version) {
        var target = out.toAbsolutePath().normalize();
        var place =
                ModelTarget.of(
                        format.map(DeliveryFormat::of).orElse(DeliveryFormat.TENSORFLOW), target);
        place.requireReplaceable();
        ModelExport.requireFolderOf(target);
        PackedModel.requireLocal(file);
        try (var temp = TempFolder.create()) {
            long most = PackedModel.mostBytes();
            var graph =
                    base.map(deployed -> read(deployed, ImportOptions.INFERRED, temp))
                            .map(deployed -> PackedModelReader.readDelta(file, deployed, most))
                            .orElseGet(() -> PackedModelReader.read(file, most));
            if (format.isEmpty()) {
                place.delete();
                SavedModelWriter.write(graph, target);
                return target
                        + "  "
                        + FigureFormat.bytes(size(target.resolve(ModelFolder.MODEL_FILE)));
            }
            var folder = temp.file(file.getFileName().toString());
            SavedModelWriter.write(graph, folder);
            return ModelExport.write(
                    folder,
                    ImportOptions.INFERRED,
                    format.get(),
                    Optional.empty(),
                    InputType.FLOAT32,
                    target,
                    version);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

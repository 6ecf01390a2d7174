package io.pitlane.cli.model;

import io.pitlane.cli.stack.Installation;
import io.pitlane.cli.stack.InstalledStages;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.ModelDescription;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Inspects a model. */
public final class Inspection {
    private Inspection() {}

    /**
     * Describes the flat inference graph of a model, what each technique can do with it, and
     * whether it can be exported.
     *
     * @param model folder or tar.gz of a SavedModel, a frozen graph, or an ONNX model
     * @param options for a model that becomes a SavedModel
     * @throws FailureException when it is none of these, or not supported
     */
    public static ModelSheet of(Path model, ImportOptions options) {
        try (var temp = TempFolder.create()) {
            var folder = PackedModel.unpackedFolder(model, options, temp);
            var read = SavedModelReader.readWithNote(folder, null);
            var graph = read.graph();
            // Each technique reads the model for itself: the flat one takes the least time.
            var flat = temp.newFolder("flat-");
            SavedModelWriter.write(graph, flat);
            try (var stages = new InstalledStages(Installation.find())) {
                return new ModelSheet(
                        ModelDescription.of(graph),
                        read.note(),
                        stages.describe(flat),
                        obstacles(ModelFormat.ONNX, graph),
                        obstacles(ModelFormat.TFLITE, graph),
                        size(folder));
            }
        }
    }

    private static List<ExportObstacle> obstacles(ModelFormat format, FlatGraph graph) {
        return ModelExports.of(format, graph, Precision.FLOAT32).obstacles();
    }

    /** Bytes of the files in a folder and below it. */
    public static long size(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(Inspection::length).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

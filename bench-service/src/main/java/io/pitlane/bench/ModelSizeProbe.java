package io.pitlane.bench;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.footprint.LayerFootprint;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures the size of models. The original is measured as its flat inference graph, written the
 * way Pitlane writes its own models: an export of Keras also holds the optimizer's state, and
 * dropping that is no compression.
 */
final class ModelSizeProbe {
    private final Path scratch;
    private final String signature;
    private final TestData data;
    private final PackedModels packed;

    /**
     * A probe.
     *
     * @param scratch folder for temporary files
     * @param signature key of the models' signature; null for {@code serving_default}, or the only
     *     one
     * @param data images; their size counts where a model takes any
     * @param packed the packed files of the models
     */
    ModelSizeProbe(Path scratch, String signature, TestData data, PackedModels packed) {
        this.scratch = scratch;
        this.signature = signature;
        this.data = data;
        this.packed = packed;
    }

    /** Measures the original. */
    ModelSize original(StageTask.LocalModel model) {
        var read = ModelReading.read(model, signature);
        var graph = read.graph();
        var flat = scratch.resolve("original");
        SavedModelWriter.write(graph, flat);
        return new ModelSize(
                flat,
                footprint(graph),
                bytes(flat),
                constantBytes(graph),
                bytes(packed.of(model.label(), graph)),
                read.note());
    }

    /** Measures a model that a step made, as it is. */
    ModelSize compressed(StageTask.LocalModel model) {
        var graph = ModelReading.read(model, signature).graph();
        return new ModelSize(
                model.savedModel(),
                footprint(graph),
                bytes(model.savedModel()),
                constantBytes(graph),
                model.packedBytes(),
                Optional.empty());
    }

    /** The layers of a model as a step made it, which is not what an engine fuses it to. */
    List<LayerFootprint> layers(StageTask.LocalModel model) {
        return footprint(ModelReading.read(model, signature).graph()).layers();
    }

    private Footprint footprint(FlatGraph graph) {
        var image = ModelInputs.of(graph.signature(), data.input()).image();
        return Footprint.of(graph, Map.of(image.name(), data.shapeOfOne(image)));
    }

    private static long constantBytes(FlatGraph graph) {
        return graph.nodes().stream()
                .filter(node -> node.getOp().equals("Const"))
                .mapToLong(node -> node.getAttrOrThrow("value").getTensor().getSerializedSize())
                .sum();
    }

    /** Bytes of a file, or of all files of a folder. */
    static long bytes(Path path) {
        try (var files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).mapToLong(ModelSizeProbe::fileSize).sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    private static long fileSize(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

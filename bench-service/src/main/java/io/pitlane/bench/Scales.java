package io.pitlane.bench;

import io.pitlane.contract.FailureException;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.Footprint;
import io.pitlane.model.runtime.Feeds;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.model.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Weighs models. The original is weighed as its flat inference graph, written the way Pitlane
 * writes its own models: an export of Keras also holds the optimizer's state, and dropping that is
 * no compression.
 */
final class Scales {
    private final Path scratch;
    private final String signature;
    private final TestData data;

    /**
     * Scales.
     *
     * @param scratch folder for what they have to write
     * @param signature key of the models' signature; null for {@code serving_default}, or the only
     *     one
     * @param data images, whose size counts where a model takes any
     */
    Scales(Path scratch, String signature, TestData data) {
        this.scratch = scratch;
        this.signature = signature;
        this.data = data;
    }

    /** Weighs the model that came in. */
    Weight original(StageTask.LocalModel model) {
        var graph = read(model);
        var flat = scratch.resolve("original");
        SavedModelWriter.write(graph, flat);
        return new Weight(flat, footprint(graph), bytes(flat), packedBytes(flat));
    }

    /** Weighs a model that a step made, as it is. */
    Weight made(StageTask.LocalModel model) {
        var footprint = footprint(read(model));
        return new Weight(
                model.savedModel(), footprint, bytes(model.savedModel()), model.packedBytes());
    }

    private FlatGraph read(StageTask.LocalModel model) {
        try {
            return SavedModelReader.read(model.savedModel(), signature);
        } catch (FailureException e) {
            var which = "In model '" + model.label() + "': " + e.getMessage();
            throw new FailureException(e.kind(), which, e.action(), e);
        }
    }

    private Footprint footprint(FlatGraph graph) {
        var image = Feeds.of(graph.signature(), data.input()).image();
        return Footprint.of(graph, Map.of(image.name(), data.shapeOfOne(image)));
    }

    private long packedBytes(Path folder) {
        var packed = scratch.resolve("original.tar.gz");
        try {
            long size = Archive.pack(folder, packed).sizeBytes();
            Files.delete(packed);
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack " + folder, e);
        }
    }

    private static long bytes(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(Scales::size).sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
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

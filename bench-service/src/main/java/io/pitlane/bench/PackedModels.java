package io.pitlane.bench;

import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.graph.FlatGraph;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The packed files of a run's models, as their steps made them. Each is made once: its size is a
 * figure of the report, and the candidate's file is delivered.
 */
final class PackedModels {
    private final Path folder;

    /**
     * No file yet.
     *
     * @param folder for the files
     */
    PackedModels(Path folder) {
        this.folder = folder;
    }

    /**
     * The file of a model, which is packed unless it was before.
     *
     * @param label of the model
     * @param graph of the model
     */
    Path of(String label, FlatGraph graph) {
        var file = folder.resolve("packed-" + label + ".pitlane");
        if (!Files.exists(file)) {
            PackedModelWriter.write(PackedModelWriter.pack(graph), file);
        }
        return file;
    }
}

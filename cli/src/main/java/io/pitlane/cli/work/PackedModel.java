package io.pitlane.cli.work;

import io.pitlane.contract.FailureException;
import io.pitlane.pipeline.artifact.Archive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A SavedModel as a tar.gz. */
final class PackedModel {

    private PackedModel() {}

    /**
     * The folder of a model that is a folder or a tar.gz of one.
     *
     * @param scratch where a packed model is unpacked
     */
    static Path folder(Path model, Scratch scratch) {
        if (!Files.isRegularFile(model)) {
            return model;
        }
        var name = model.getFileName().toString().replaceFirst("\\.(tar\\.gz|tgz)$", "");
        var folder = scratch.folder("unpacked").resolve(name);
        unpack(model, folder);
        return modelIn(folder);
    }

    /** Many pack the folder itself rather than its content. */
    private static Path modelIn(Path folder) {
        try (var entries = Files.list(folder)) {
            var found = entries.toList();
            var single = found.size() == 1 && Files.isDirectory(found.get(0));
            return single ? found.get(0) : folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Unpacks a model.
     *
     * @throws FailureException when it is no tar.gz, or one that is too large or unsafe to unpack
     */
    static void unpack(Path packed, Path folder) {
        Archive.unpack(packed, folder, Archive.Limits.MODEL);
    }
}

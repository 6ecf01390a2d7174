package io.pitlane.cli.model;

import io.pitlane.contract.FailureException;
import io.pitlane.model.check.ModelDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Inspects a model. */
public final class Inspection {
    private Inspection() {}

    /**
     * Describes the flat inference graph of a model.
     *
     * @param model folder or tar.gz of a SavedModel
     * @throws FailureException when it is no SavedModel, or not supported
     */
    public static ModelSheet of(Path model) {
        try (var temp = TempFolder.create()) {
            var folder = PackedModel.unpackedFolder(model, temp);
            return new ModelSheet(ModelDescription.of(folder), size(folder));
        }
    }

    private static long size(Path folder) {
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

package io.pitlane.cli.work;

import io.pitlane.cli.report.ModelSheet;
import io.pitlane.contract.FailureException;
import io.pitlane.model.check.ModelDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks into a model. */
public final class Inspection {
    private Inspection() {}

    /**
     * Describes a model as Pitlane works on it: its flat inference graph.
     *
     * @param model folder or tar.gz of a SavedModel
     * @throws FailureException when it is none, or one that Pitlane does not take
     */
    public static ModelSheet of(Path model) {
        try (var scratch = Scratch.create()) {
            var folder = PackedModel.folder(model, scratch);
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

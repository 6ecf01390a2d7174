package io.pitlane.cli.work;

import io.pitlane.cli.report.ModelSheet;
import io.pitlane.cli.stack.Installation;
import io.pitlane.cli.stack.InstalledStages;
import io.pitlane.contract.FailureException;
import io.pitlane.model.check.ModelDescription;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.model.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks into a model. */
public final class Inspection {
    private Inspection() {}

    /**
     * Describes a model as Pitlane works on it, its flat inference graph, and what each technique
     * can do with it.
     *
     * @param model folder or tar.gz of a SavedModel
     * @throws FailureException when it is none, or one that Pitlane does not take
     */
    public static ModelSheet of(Path model) {
        try (var scratch = Scratch.create()) {
            var folder = PackedModel.folder(model, scratch);
            var graph = SavedModelReader.read(folder);
            // Each technique reads the model for itself: the flat one takes the least time.
            var flat = scratch.folder("flat-");
            SavedModelWriter.write(graph, flat);
            try (var stages = new InstalledStages(Installation.find())) {
                return new ModelSheet(
                        ModelDescription.of(graph), stages.describe(flat), size(folder));
            }
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

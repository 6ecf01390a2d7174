package io.pitlane.cli.model;

import io.pitlane.cli.client.RunClient;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that a SavedModel is written to. A SavedModel that is there is replaced; anything else
 * is kept, so that a mistyped path deletes nothing.
 *
 * @param folder the folder; created when it is needed
 */
public record ModelFolder(Path folder) {
    static final String MODEL_FILE = "saved_model.pb";

    /**
     * Checks that a model may be written here.
     *
     * @throws FailureException when something else is here
     */
    public void requireReplaceable() {
        if (!Files.exists(folder) || Files.isRegularFile(folder.resolve(MODEL_FILE))) {
            return;
        }
        if (!Files.isDirectory(folder) || !entries(folder).isEmpty()) {
            throw FailureException.invalidInput(
                    folder + " exists and is not a SavedModel, so it is not replaced",
                    "Name another folder or empty this one.");
        }
    }

    /** Downloads one model of a run. */
    public void download(RunClient runs, String runId, String label) {
        requireReplaceable();
        var incoming = folder.resolveSibling(folder.getFileName() + ".partial");
        try (var temp = TempFolder.create()) {
            var packed = temp.file("model.tar.gz");
            runs.downloadModel(runId, label, packed);
            TempFolder.delete(incoming);
            Files.createDirectories(incoming);
            PackedModel.unpack(packed, incoming);
            TempFolder.delete(folder);
            Files.move(incoming, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            TempFolder.delete(incoming);
        }
    }

    private static List<Path> entries(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.pitlane.cli.model;

import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A folder that a SavedModel is written to. A SavedModel that is there is replaced; anything else
 * is kept, so that a mistyped path deletes nothing.
 *
 * @param path the folder; created when it is needed
 */
public record ModelFolder(Path path) implements ModelTarget {
    static final String MODEL_FILE = "saved_model.pb";

    @Override
    public void requireReplaceable() {
        if (!Files.exists(path) || Files.isRegularFile(path.resolve(MODEL_FILE))) {
            return;
        }
        if (!Files.isDirectory(path) || !entries(path).isEmpty()) {
            throw FailureException.invalidInput(
                    path + " exists and is not a SavedModel, so it is not replaced",
                    "Name another folder or empty this one.");
        }
    }

    @Override
    public void download(Consumer<Path> download) {
        requireReplaceable();
        var incoming = path.resolveSibling(path.getFileName() + ".partial");
        try (var temp = TempFolder.create()) {
            var packed = temp.file("model.tar.gz");
            download.accept(packed);
            TempFolder.delete(incoming);
            Files.createDirectories(incoming);
            PackedModel.unpack(packed, incoming);
            TempFolder.delete(path);
            Files.move(incoming, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            TempFolder.delete(incoming);
        }
    }

    @Override
    public void delete() {
        requireReplaceable();
        TempFolder.delete(path);
    }

    private static List<Path> entries(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

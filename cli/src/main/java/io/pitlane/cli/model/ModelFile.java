package io.pitlane.cli.model;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/**
 * A file that a model is written to. A model of the same format that is there is replaced; anything
 * else is kept, so that a mistyped path deletes nothing.
 *
 * @param path the file
 * @param format what may be replaced
 */
public record ModelFile(Path path, ModelFileFormat format) implements ModelTarget {

    @Override
    public void requireReplaceable() {
        if (Files.isDirectory(path)) {
            throw FailureException.invalidInput(path + " is a folder", "Name a file in it.");
        }
        if (Files.exists(path) && ModelFileFormat.of(path).filter(format::equals).isEmpty()) {
            throw FailureException.invalidInput(
                    path + " exists and is not " + format.description() + ", so it is not replaced",
                    "Name another file or delete it.");
        }
    }

    @Override
    public void download(Consumer<Path> download) {
        requireReplaceable();
        var incoming = path.resolveSibling(path.getFileName() + ".partial");
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            download.accept(incoming);
            Files.move(incoming, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(incoming);
        }
    }

    @Override
    public void delete() {
        requireReplaceable();
        delete(path);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

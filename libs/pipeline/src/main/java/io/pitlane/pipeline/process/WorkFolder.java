package io.pitlane.pipeline.process;

import io.pitlane.pipeline.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder for the files of one job or trial at a time. */
final class WorkFolder {
    private static final String CHILD = "child";
    private static final String OUTPUT = "output";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String SCRATCH = "scratch";

    private final Path root;

    /**
     * A work folder.
     *
     * @param root used by nobody else; made absolute, since a child resolves relative paths against
     *     its own folder
     */
    WorkFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    /** Unpacked inputs, which survive {@link #clear()}. */
    Path inputs() {
        return root.resolve("inputs");
    }

    /** For the child's task, its reply and its log. */
    Path child() {
        return created(CHILD);
    }

    /** For what the stage makes; not created. */
    Path output() {
        return root.resolve(OUTPUT);
    }

    /** For the stage's checkpoints. */
    Path checkpoints() {
        return created(CHECKPOINTS);
    }

    /** For the service's own files. */
    Path scratch() {
        return created(SCRATCH);
    }

    private Path created(String name) {
        try {
            return Files.createDirectories(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes everything but the inputs, which the next trial may need. */
    void clear() {
        try {
            for (var name : List.of(CHILD, OUTPUT, CHECKPOINTS, SCRATCH)) {
                Folders.delete(root.resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

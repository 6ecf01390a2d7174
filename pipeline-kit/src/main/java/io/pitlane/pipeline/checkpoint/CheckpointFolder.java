package io.pitlane.pipeline.checkpoint;

import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.process.Folders;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;

/**
 * The folder that a stage writes its checkpoints into, seen from outside while it does. The stage
 * replaces whole files, so a hard link holds on to what a file was.
 */
final class CheckpointFolder {
    private final Path folder;
    private final Path scratch;

    /**
     * A folder.
     *
     * @param folder what the stage writes into
     * @param scratch beside it on the same disk; ours alone
     */
    CheckpointFolder(Path folder, Path scratch) {
        this.folder = folder;
        this.scratch = scratch;
    }

    /** What tells a file's content from its next. */
    private record Stamp(long bytes, FileTime modified) {}

    /** Every complete file of the folder as it was at one moment. */
    record Content(Map<String, ?> files) {
        boolean isEmpty() {
            return files.isEmpty();
        }
    }

    /** What is in the folder now. */
    Content content() throws IOException {
        return content(folder);
    }

    private static Content content(Path of) throws IOException {
        var stamps = new TreeMap<String, Stamp>();
        try (var files = Files.walk(of)) {
            for (var file : (Iterable<Path>) files::iterator) {
                add(of, file, stamps);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return new Content(stamps);
    }

    private static void add(Path folder, Path file, Map<String, Stamp> stamps) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var name = folder.relativize(file).toString();
            if (attributes.isRegularFile() && !name.endsWith(StageTask.UNFINISHED)) {
                stamps.put(name, new Stamp(attributes.size(), attributes.lastModifiedTime()));
            }
        } catch (NoSuchFileException e) {
            // Renamed or deleted while we looked.
        }
    }

    /**
     * Packs the folder as it was seen.
     *
     * @return false when it has changed since
     */
    boolean pack(Content seen, Path file) throws IOException {
        Folders.delete(scratch);
        try {
            if (!hold(seen)) {
                return false;
            }
            Archive.packStored(scratch, file);
            // A stage that writes into a file in place writes into ours as well.
            return content(scratch).equals(seen);
        } finally {
            Folders.delete(scratch);
        }
    }

    private boolean hold(Content seen) throws IOException {
        try {
            for (var name : seen.files().keySet()) {
                var held = scratch.resolve(name);
                Files.createDirectories(held.getParent());
                hold(folder.resolve(name), held);
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        return content().equals(seen);
    }

    private static void hold(Path file, Path held) throws IOException {
        try {
            Files.createLink(held, file);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Not every file system has links.
            Files.copy(file, held, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}

package io.pitlane.pipeline.checkpoint;

import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.files.Folders;
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
 * The folder that a stage writes its checkpoints into, read while the stage works. The stage
 * replaces whole files, so a hard link keeps a file's earlier content.
 */
final class CheckpointFolder {
    private final Path folder;
    private final Path scratch;

    /**
     * A folder.
     *
     * @param folder the stage's
     * @param scratch on the same disk, used by nobody else
     */
    CheckpointFolder(Path folder, Path scratch) {
        this.folder = folder;
        this.scratch = scratch;
    }

    /** Tells a file from the one that replaces it. */
    private record FileVersion(long bytes, FileTime modified) {}

    /** The complete files of a folder at one moment. */
    record Content(Map<String, ?> files) {
        boolean isEmpty() {
            return files.isEmpty();
        }
    }

    /** The current content. */
    Content content() throws IOException {
        return content(folder);
    }

    private static Content content(Path of) throws IOException {
        var versions = new TreeMap<String, FileVersion>();
        try (var files = Files.walk(of)) {
            for (var file : (Iterable<Path>) files::iterator) {
                add(of, file, versions);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return new Content(versions);
    }

    private static void add(Path folder, Path file, Map<String, FileVersion> versions)
            throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var name = folder.relativize(file).toString();
            if (attributes.isRegularFile() && !name.endsWith(StageTask.UNFINISHED)) {
                versions.put(
                        name, new FileVersion(attributes.size(), attributes.lastModifiedTime()));
            }
        } catch (NoSuchFileException e) {
            // Renamed or deleted meanwhile.
        }
    }

    /**
     * Packs the folder's content.
     *
     * @return false when it has changed since it was read
     */
    boolean pack(Content seen, Path file) throws IOException {
        Folders.delete(scratch);
        try {
            if (!link(seen)) {
                return false;
            }
            Archive.packStored(scratch, file);
            // A stage that writes into a file in place changes the linked file, too.
            return content(scratch).equals(seen);
        } finally {
            Folders.delete(scratch);
        }
    }

    private boolean link(Content seen) throws IOException {
        try {
            for (var name : seen.files().keySet()) {
                var linked = scratch.resolve(name);
                Files.createDirectories(linked.getParent());
                link(folder.resolve(name), linked);
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        return content().equals(seen);
    }

    private static void link(Path file, Path linked) throws IOException {
        try {
            Files.createLink(linked, file);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Not every file system has hard links.
            Files.copy(file, linked, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}

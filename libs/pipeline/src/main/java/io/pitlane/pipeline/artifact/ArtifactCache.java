package io.pitlane.pipeline.artifact;

import io.pitlane.pipeline.files.DiskSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Files by their digest in one folder; the least recently used are deleted when there are too many.
 * Several threads and processes may share the folder: a file appears whole or not at all.
 *
 * <p>A file that was used within the last ten minutes stays even where the limit is exceeded, since
 * its reader may be about to open it.
 */
public final class ArtifactCache {
    private static final Duration IN_USE = Duration.ofMinutes(10);
    private static final Duration ABANDONED = Duration.ofDays(1);
    private static final String PART = ".part";

    private final Path folder;
    private final long maxBytes;

    /**
     * A cache in a folder, which is created when absent.
     *
     * @param maxBytes of all files together
     */
    public ArtifactCache(Path folder, long maxBytes) {
        this.folder = folder.toAbsolutePath();
        this.maxBytes = maxBytes;
    }

    /**
     * The file with this digest; downloaded when it is missing.
     *
     * @param download writes the content to the path it is given, and checks it
     */
    Path get(String digest, long sizeBytes, Consumer<Path> download) {
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no SHA-256: " + digest);
        }
        try {
            var file = folder.resolve(digest);
            if (!isPresent(file, sizeBytes)) {
                download(file, download);
            }
            return file;
        } catch (UncheckedIOException e) {
            throw failure(e, e);
        } catch (IOException e) {
            throw failure(e, new UncheckedIOException(e));
        }
    }

    private RuntimeException failure(Exception e, RuntimeException otherwise) {
        var full = DiskSpace.failure(e, folder);
        return full.isPresent() ? full.get() : otherwise;
    }

    private static boolean isPresent(Path file, long sizeBytes) throws IOException {
        try {
            if (Files.size(file) != sizeBytes) {
                return false;
            }
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void download(Path file, Consumer<Path> download) throws IOException {
        Files.createDirectories(folder);
        var part = folder.resolve(UUID.randomUUID() + PART);
        try {
            downloadMakingRoom(part, download);
            makeReadOnly(part);
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
        evict(maxBytes);
    }

    /** The disk may be full before the limit is reached. */
    private void downloadMakingRoom(Path part, Consumer<Path> download) throws IOException {
        try {
            download.accept(part);
        } catch (UncheckedIOException e) {
            if (!DiskSpace.isExhausted(e)) {
                throw e;
            }
            Files.deleteIfExists(part);
            evict(0);
            download.accept(part);
        }
    }

    private static void makeReadOnly(Path file) {
        if (!file.toFile().setReadOnly()) {
            throw new IllegalStateException("cannot make " + file + " read-only");
        }
    }

    /** One process at a time, so that two do not both make room for the same file. */
    private synchronized void evict(long bound) throws IOException {
        try (var channel =
                        FileChannel.open(
                                folder.resolve(".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            if (lock != null) {
                deleteOldest(entries(), bound);
            }
        }
    }

    private static void deleteOldest(List<Entry> entries, long bound) throws IOException {
        var excess = entries.stream().mapToLong(Entry::bytes).sum() - bound;
        var now = Instant.now();
        for (var entry : entries) {
            var keep = entry.isPart() ? ABANDONED : IN_USE;
            var old = entry.used().isBefore(now.minus(keep));
            if (old && (excess > 0 || entry.isPart())) {
                Files.deleteIfExists(entry.file());
                excess -= entry.bytes();
            }
        }
    }

    /** The least recently used first. */
    private List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        try (var files = Files.newDirectoryStream(folder, "[!.]*")) {
            for (var file : files) {
                Entry.of(file, entries);
            }
        }
        entries.sort(Comparator.comparing(Entry::used));
        return entries;
    }

    private record Entry(Path file, long bytes, Instant used) {

        static void of(Path file, List<Entry> entries) throws IOException {
            try {
                entries.add(
                        new Entry(
                                file,
                                Files.size(file),
                                Files.getLastModifiedTime(file).toInstant()));
            } catch (NoSuchFileException e) {
                // Another process has just deleted or renamed it.
            }
        }

        boolean isPart() {
            return file.getFileName().toString().endsWith(PART);
        }
    }
}

package io.pitlane.pipeline.artifact;

import io.pitlane.contract.artifact.Sha256;
import io.pitlane.pipeline.files.DiskSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Files by their digest in one folder; the least recently used are deleted when there are too many.
 * Several threads, caches and processes may share the folder: a file appears whole or not at all.
 *
 * <p>A file that is found there is read to verify its digest, once by each cache and again when it
 * has been replaced or changed. A file that was used within the last ten minutes stays even where
 * the limit is exceeded, since its reader may be about to open it.
 */
public final class ArtifactCache {
    private static final Logger LOG = Logger.getLogger(ArtifactCache.class);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Duration IN_USE = Duration.ofMinutes(10);
    private static final Duration ABANDONED = Duration.ofDays(1);
    private static final String PART = ".part";

    private final Path folder;
    private final long maxBytes;
    private final Map<String, FileState> verified = new ConcurrentHashMap<>();

    /** Tells a file from one that replaces it, and from what it is after a change. */
    private record FileState(long bytes, long modifiedMillis, Object inode) {
        static FileState of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis(),
                    attributes.fileKey());
        }
    }

    /**
     * A cache in a folder, which is created when absent, for its owner only.
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
            if (!isPresent(file, digest, sizeBytes)) {
                download(file, digest, download);
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

    private boolean isPresent(Path file, String digest, long sizeBytes) throws IOException {
        try {
            var state = FileState.of(file);
            if (state.bytes() != sizeBytes || !isVerified(file, digest, state)) {
                LOG.warnf("%s is damaged, downloading it again", file);
                return false;
            }
            // Not the time of modification, by which a change is noticed.
            Files.getFileAttributeView(file, BasicFileAttributeView.class)
                    .setTimes(null, FileTime.from(Instant.now()), null);
            return true;
        } catch (NoSuchFileException e) {
            verified.remove(digest);
            return false;
        }
    }

    private boolean isVerified(Path file, String digest, FileState state) throws IOException {
        if (state.equals(verified.get(digest))) {
            return true;
        }
        if (!Sha256.of(file).equals(digest)) {
            return false;
        }
        verified.put(digest, state);
        return true;
    }

    private void createFolder() throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(folder, OWNER_ONLY);
        } else {
            Files.createDirectories(folder);
        }
    }

    private void download(Path file, String digest, Consumer<Path> download) throws IOException {
        createFolder();
        var part = folder.resolve(UUID.randomUUID() + PART);
        try {
            downloadMakingRoom(part, download);
            makeReadOnly(part);
            verified.put(digest, FileState.of(part));
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
        } catch (OverlappingFileLockException e) {
            LOG.debugf("Another cache of this process makes room in %s", folder);
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
                var attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isDirectory()) {
                    return;
                }
                var used =
                        isPart(file) ? attributes.lastModifiedTime() : attributes.lastAccessTime();
                entries.add(new Entry(file, attributes.size(), used.toInstant()));
            } catch (NoSuchFileException e) {
                // Another process has just deleted or renamed it.
            }
        }

        boolean isPart() {
            return isPart(file);
        }

        private static boolean isPart(Path file) {
            return file.getFileName().toString().endsWith(PART);
        }
    }
}

package io.pitlane.pipeline.artifact;

import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.FailureException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Folders as tar.gz files and back. The same files make the same bytes: entries are sorted and
 * carry no time, no owner and no mode of their own. Empty folders are left out.
 */
public final class Archive {
    private static final int UNKNOWN_SYSTEM = 255;
    private static final int PLAIN_FILE_MODE = 0100644;
    private static final int BUFFER_BYTES = 64 << 10;

    private Archive() {}

    /**
     * A packed archive.
     *
     * @param digest SHA-256 of the packed file, 64 lower-case hex digits
     * @param sizeBytes its length
     * @param unpackedBytes length of the tar in it, with the headers of its files
     */
    public record Packed(String digest, long sizeBytes, long unpackedBytes) {}

    /**
     * Packs everything below a folder, under its path relative to the folder.
     *
     * @throws FailureException INVALID_INPUT when the folder does not exist
     */
    public static Packed pack(Path folder, Path file) {
        return packFiles(Map.of("", folder), file);
    }

    /**
     * The same without compression, which takes long and makes little difference to weights.
     *
     * @throws FailureException INVALID_INPUT when the folder does not exist
     */
    public static Packed packStored(Path folder, Path file) {
        return packFiles(Map.of("", folder), file, Deflater.NO_COMPRESSION);
    }

    /**
     * Packs chosen files and folders.
     *
     * @param entries each file or folder by its name in the archive, with slashes; the empty name
     *     puts a folder's content at the root
     * @throws FailureException INVALID_INPUT when one of them does not exist
     */
    public static Packed packFiles(Map<String, Path> entries, Path file) {
        return packFiles(entries, file, Deflater.DEFAULT_COMPRESSION);
    }

    private static Packed packFiles(Map<String, Path> entries, Path file, int level) {
        try {
            var files = new TreeMap<String, Path>();
            for (var entry : entries.entrySet()) {
                collect(entry.getKey(), entry.getValue(), files);
            }
            return write(files, file, level);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Unpacks files and folders.
     *
     * @param folder created when absent
     * @throws FailureException INVALID_INPUT when the file is no tar.gz, exceeds the limits, or
     *     holds anything but files and folders below its root; what was unpacked so far remains
     */
    public static void unpack(Path file, Path folder, ArchiveLimits limits) {
        new ArchiveReader(file, folder, limits).run();
    }

    /**
     * The length of the tar in an archive. Writes nothing.
     *
     * @param enough where counting stops, so that a hostile archive takes no longer than any other
     * @return the length; some number above {@code enough} where it is more
     * @throws IOException when the file is not gzip, or cut off
     */
    public static long unpackedBytes(Path file, long enough) throws IOException {
        try (var in =
                new GzipCompressorInputStream(
                        new BufferedInputStream(Files.newInputStream(file)))) {
            var buffer = new byte[BUFFER_BYTES];
            long bytes = 0;
            for (int n = in.read(buffer); n >= 0 && bytes <= enough; n = in.read(buffer)) {
                bytes += n;
            }
            return bytes;
        }
    }

    private static void collect(String name, Path path, SortedMap<String, Path> files)
            throws IOException {
        if (Files.isRegularFile(path)) {
            files.put(name, path);
            return;
        }
        if (!Files.isDirectory(path)) {
            throw FailureException.invalidInput(
                    path + " does not exist.", "Name a file or folder that does.");
        }
        try (var found = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
            found.filter(Files::isRegularFile)
                    .forEach(inside -> files.put(below(name, path.relativize(inside)), inside));
        }
    }

    private static String below(String name, Path relative) {
        var inside = relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
        return name.isEmpty() ? inside : name + "/" + inside;
    }

    private static Packed write(SortedMap<String, Path> files, Path file, int level)
            throws IOException {
        var digest = new Sha256();
        TarArchiveOutputStream written;
        try (var out = new BufferedOutputStream(digest.over(Files.newOutputStream(file)));
                var tar = tar(out, level)) {
            written = tar;
            for (var entry : files.entrySet()) {
                tar.putArchiveEntry(entry(entry.getKey(), Files.size(entry.getValue())));
                Files.copy(entry.getValue(), tar);
                tar.closeArchiveEntry();
            }
        }
        // With the blocks that end the tar, which are written when it is closed.
        return new Packed(digest.hex(), Files.size(file), written.getBytesWritten());
    }

    private static TarArchiveOutputStream tar(OutputStream out, int level) throws IOException {
        var parameters = new GzipParameters();
        parameters.setOperatingSystem(UNKNOWN_SYSTEM);
        parameters.setCompressionLevel(level);
        var tar =
                new TarArchiveOutputStream(
                        new GzipCompressorOutputStream(out, parameters), "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        return tar;
    }

    private static TarArchiveEntry entry(String name, long size) {
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(size);
        entry.setModTime(0);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setMode(PLAIN_FILE_MODE);
        return entry;
    }
}

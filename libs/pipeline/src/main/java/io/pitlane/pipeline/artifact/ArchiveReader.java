package io.pitlane.pipeline.artifact;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.files.DiskSpace;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Unpacks one untrusted archive. */
final class ArchiveReader {
    /** Long names have headers of their own, which the tar reader holds in memory. */
    private static final long HEADER_BYTES = 1 << 20;

    /** A tar reader reads whole blocks, with their padding. */
    private static final long PADDING_BYTES = 64 << 10;

    private final Path file;
    private final Path folder;
    private final ArchiveLimits limits;
    private long bytes;
    private int entries;

    ArchiveReader(Path file, Path folder, ArchiveLimits limits) {
        this.file = file;
        this.folder = folder.toAbsolutePath().normalize();
        this.limits = limits;
    }

    void run() {
        try (var in = new BufferedInputStream(Files.newInputStream(file));
                var budget = new ByteBudget(new GzipCompressorInputStream(in));
                var tar = new TarArchiveInputStream(budget, "UTF-8")) {
            Files.createDirectories(folder);
            budget.allow(HEADER_BYTES);
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                count(entry);
                budget.allow(entry.getSize() + PADDING_BYTES);
                place(entry, tar);
                budget.allow(HEADER_BYTES);
            }
        } catch (IOException | IllegalArgumentException e) {
            var full = DiskSpace.failure(e, folder);
            if (full.isPresent()) {
                throw full.get();
            }
            ModelFileFormat.of(file)
                    .ifPresent(
                            format -> {
                                throw format.refusal(file.getFileName()).causedBy(e);
                            });
            throw new FailureException(
                    Failure.Kind.INVALID_INPUT,
                    file.getFileName() + " cannot be unpacked: " + e.getMessage() + ".",
                    "Pack it again as a gzip-compressed tar of files and folders.",
                    e);
        }
    }

    private void count(TarArchiveEntry entry) throws IOException {
        entries++;
        bytes += entry.getSize();
        if (entries > limits.maxEntries()) {
            throw refuse("holds more than " + limits.maxEntries() + " files and folders");
        }
        if (bytes > limits.maxBytes() || bytes < 0) {
            throw FailureException.invalidInput(
                    "%s unpacks to more than %d bytes."
                            .formatted(file.getFileName(), limits.maxBytes()),
                    limits.action());
        }
        DiskSpace.require(folder, entry.getSize());
    }

    private void place(TarArchiveEntry entry, InputStream content) throws IOException {
        var target = target(entry.getName());
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else if (entry.isFile() && !entry.isSymbolicLink() && !entry.isLink() && plain(entry)) {
            Files.createDirectories(target.getParent());
            copy(content, target);
        } else {
            throw refuse("holds '" + entry.getName() + "', which is neither a file nor a folder");
        }
    }

    private static boolean plain(TarArchiveEntry entry) {
        return !entry.isCharacterDevice()
                && !entry.isBlockDevice()
                && !entry.isFIFO()
                && !entry.isSparse();
    }

    private void copy(InputStream content, Path target) throws IOException {
        try {
            Files.copy(content, target);
        } catch (FileAlreadyExistsException e) {
            throw refuse("holds '" + folder.relativize(target) + "' twice").causedBy(e);
        }
    }

    private Path target(String name) {
        try {
            var target = folder.resolve(name).normalize();
            if (!name.startsWith("/")
                    && !name.contains("\\")
                    && target.startsWith(folder)
                    && !target.equals(folder)) {
                return target;
            }
            if (target.equals(folder) && (name.equals("./") || name.equals("."))) {
                return target;
            }
        } catch (InvalidPathException e) {
            // Refused below.
        }
        throw refuse("holds '" + name + "', which does not lie below its root");
    }

    private FailureException refuse(String what) {
        return FailureException.invalidInput(
                file.getFileName() + " " + what + ".",
                "Pack the files themselves, without links or paths that lead elsewhere.");
    }
}

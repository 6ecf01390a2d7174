package io.pitlane.pipeline.process;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Unpacked artifacts, each in a folder named by its digest, so that the next trial of a search
 * finds what the one before it has unpacked.
 */
final class UnpackedArtifacts {
    private static final String UNFINISHED = "unpacking";

    private final Path folder;
    private final ArtifactStore store;

    UnpackedArtifacts(Path folder, ArtifactStore store) {
        this.folder = folder;
        this.store = store;
    }

    /**
     * The folder with an artifact's files; downloads and unpacks it where it is missing.
     *
     * @param maxUnpacked of its files, in bytes
     */
    Path folderOf(ArtifactRef ref, long maxUnpacked) {
        var target = folder.resolve(ref.digest());
        if (Files.isDirectory(target)) {
            return target;
        }
        var limits = ArchiveLimits.of(ref, maxUnpacked);
        var unfinished = folder.resolve(UNFINISHED);
        try {
            Folders.delete(unfinished);
            Archive.unpack(store.fetch(ref), unfinished, limits);
            return Files.move(unfinished, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes every artifact but these. */
    void keepOnly(Set<String> digests) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var present = Files.newDirectoryStream(folder)) {
            for (var artifact : present) {
                if (!digests.contains(artifact.getFileName().toString())) {
                    Folders.delete(artifact);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

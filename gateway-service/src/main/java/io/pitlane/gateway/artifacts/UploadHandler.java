package io.pitlane.gateway.artifacts;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.files.DiskSpace;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Receives uploads and stores each artifact once, however often it is uploaded. */
@Singleton
class UploadHandler {
    private static final Logger LOG = Logger.getLogger(UploadHandler.class);

    private final UploadReceiver receiver;
    private final UnpackedSize unpackedSize;
    private final ArtifactIndex index;
    private final ArtifactLookup artifacts;
    private final ArtifactStore store;
    private final UploadSlots slots;
    private final Path folder;

    @Inject
    UploadHandler(
            UploadReceiver receiver,
            UnpackedSize unpackedSize,
            ArtifactIndex index,
            ArtifactLookup artifacts,
            ArtifactStore store,
            UploadSlots slots,
            PipelineConfig config) {
        this(receiver, unpackedSize, index, artifacts, store, slots, config.work().folder());
    }

    UploadHandler(
            UploadReceiver receiver,
            UnpackedSize unpackedSize,
            ArtifactIndex index,
            ArtifactLookup artifacts,
            ArtifactStore store,
            UploadSlots slots,
            Path workFolder) {
        this.slots = slots;
        this.receiver = receiver;
        this.unpackedSize = unpackedSize;
        this.index = index;
        this.artifacts = artifacts;
        this.store = store;
        this.folder = workFolder.resolve("uploads");
    }

    /**
     * Receives one artifact and returns its reference in the log.
     *
     * @param length Content-Length of the request; 0 when it is absent
     */
    ArtifactRef receive(ArtifactRef.Kind kind, long length, InputStream body) {
        slots.acquire();
        try {
            Files.createDirectories(folder);
            receiver.requireSpace(length, folder);
            var file = Files.createTempFile(folder, "upload-", ".tar.gz");
            try {
                var digest = receiver.receive(body, file);
                return storeOnce(kind, digest, unpackedSize.of(file), file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            if (DiskSpace.isExhausted(e)) {
                throw DiskSpaceGuard.full(e);
            }
            throw new UncheckedIOException(e);
        } finally {
            slots.release();
        }
    }

    /** Synchronized, so that two uploads of the same bytes do not both store them. */
    private synchronized ArtifactRef storeOnce(
            ArtifactRef.Kind kind, String digest, long unpackedBytes, Path file) {
        var known = find(digest);
        if (known.isPresent() && known.get().kind() == kind) {
            return known.get();
        }
        var stored =
                known.map(ref -> ref.toBuilder().kind(kind))
                        .orElseGet(() -> store.publish(kind, file).toBuilder())
                        .unpackedBytes(unpackedBytes)
                        .build();
        index.store(stored);
        return stored;
    }

    /** What this gateway has stored, or another one whose upload has ended. */
    private Optional<ArtifactRef> find(String digest) {
        try {
            return artifacts.find(digest);
        } catch (FailureException e) {
            LOG.warnf(e, "The artifact %s may be stored twice", digest);
            return index.find(digest);
        }
    }
}

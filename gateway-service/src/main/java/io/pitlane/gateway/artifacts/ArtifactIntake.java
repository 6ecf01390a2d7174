package io.pitlane.gateway.artifacts;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.pipeline.artifact.ArtifactStore;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.files.DiskSpace;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes artifacts in: each is stored once, however often it is uploaded. */
@Singleton
class ArtifactIntake {
    private final Upload upload;
    private final ArtifactIndex index;
    private final ArtifactStore store;
    private final UploadSlots slots;
    private final Path folder;

    ArtifactIntake(
            Upload upload,
            ArtifactIndex index,
            ArtifactStore store,
            UploadSlots slots,
            PipelineConfig config) {
        this.slots = slots;
        this.upload = upload;
        this.index = index;
        this.store = store;
        this.folder = config.work().folder().resolve("uploads");
    }

    /**
     * Receives one artifact and says where it stands in the log.
     *
     * @param length what the client says the body has; 0 when it does not say
     */
    ArtifactRef take(ArtifactRef.Kind kind, long length, InputStream body) {
        slots.take();
        try {
            Files.createDirectories(folder);
            upload.requireRoom(length, folder);
            var file = Files.createTempFile(folder, "upload-", ".tar.gz");
            try {
                var digest = upload.receive(body, file);
                return storeOnce(kind, digest, file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            if (DiskSpace.isExhausted(e)) {
                throw FreeSpace.full();
            }
            throw new UncheckedIOException(e);
        } finally {
            slots.release();
        }
    }

    /** One at a time, so that two uploads of the same bytes do not both find them missing. */
    private synchronized ArtifactRef storeOnce(ArtifactRef.Kind kind, String digest, Path file) {
        var known = index.find(digest);
        if (known.isPresent() && known.get().kind() == kind) {
            return known.get();
        }
        var stored = known.map(ref -> as(kind, ref)).orElseGet(() -> store.publish(kind, file));
        index.store(stored);
        return stored;
    }

    /** The same bytes, uploaded as something else this time. */
    private static ArtifactRef as(ArtifactRef.Kind kind, ArtifactRef ref) {
        return ref.toBuilder().kind(kind).build();
    }
}

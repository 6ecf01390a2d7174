package io.pitlane.gateway.artifacts;

import io.pitlane.gateway.errors.ApiException;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import io.pitlane.pipeline.config.PipelineConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.nio.file.Path;

/** Measures what uploads unpack to, which their references then say to every stage. */
@Singleton
class UnpackedSize {
    private final long maxBytes;

    @Inject
    UnpackedSize(PipelineConfig config) {
        this(config.artifact().maxUnpacked().asLongValue());
    }

    UnpackedSize(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * The length of the tar in an upload, in bytes.
     *
     * @throws ApiException when it is larger than allowed, or cannot be unpacked
     */
    long of(Path upload) {
        long bytes = unpackedBytes(upload);
        if (bytes > maxBytes) {
            throw new ApiException(
                    Status.REQUEST_ENTITY_TOO_LARGE,
                    "The upload unpacks to more than the " + maxBytes + " bytes allowed.",
                    ArchiveLimits.RAISE);
        }
        return bytes;
    }

    private long unpackedBytes(Path upload) {
        try {
            return Archive.unpackedBytes(upload, maxBytes);
        } catch (IOException e) {
            throw new ApiException(
                    Status.BAD_REQUEST,
                    "The upload cannot be unpacked: " + e.getMessage() + ".",
                    "Pack it again as a gzip-compressed tar, and send it whole.",
                    e);
        }
    }
}

package io.pitlane.gateway.artifacts;

import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.errors.HttpStatus;
import io.pitlane.pipeline.files.DiskSpace;
import java.io.IOException;
import java.nio.file.Path;

/** Keeps uploads from filling a disk that others need, too. */
final class FreeSpace {
    private static final int RETRY_AFTER_SECONDS = 30;

    private final long keepFree;

    /**
     * @param keepFree bytes that must stay free
     */
    FreeSpace(long keepFree) {
        this.keepFree = keepFree;
    }

    /**
     * @param bytes about to be written below {@code folder}
     * @throws ApiException 507 when there is no room for them
     */
    void require(long bytes, Path folder) throws IOException {
        if (DiskSpace.usableBytes(folder) - bytes < keepFree) {
            throw full();
        }
    }

    static ApiException full() {
        return new ApiException(
                HttpStatus.INSUFFICIENT_STORAGE,
                "The gateway's disk has no room for the upload.",
                "Try again later; if this lasts, give pitlane.work.folder more space.",
                RETRY_AFTER_SECONDS);
    }
}

package io.pitlane.gateway.artifacts;

import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.errors.HttpStatus;
import io.pitlane.pipeline.files.DiskSpace;
import java.io.IOException;
import java.nio.file.Path;

/** Keeps uploads from filling a disk that other processes need as well. */
final class DiskSpaceGuard {
    private static final int RETRY_AFTER_SECONDS = 30;

    private final long keepFree;

    /**
     * @param keepFree bytes that must stay free
     */
    DiskSpaceGuard(long keepFree) {
        this.keepFree = keepFree;
    }

    /**
     * Checks that a file can be written.
     *
     * @param bytes size of the file, below {@code folder}
     * @throws ApiException 507 when they would leave too little space
     */
    void require(long bytes, Path folder) throws IOException {
        if (DiskSpace.usableBytes(folder) - bytes < keepFree) {
            throw full(null);
        }
    }

    /**
     * The response where the disk is full.
     *
     * @param cause null where nothing has failed yet
     */
    static ApiException full(IOException cause) {
        return new ApiException(
                HttpStatus.INSUFFICIENT_STORAGE,
                "The gateway's disk has no room for the upload.",
                "Try again later; if this lasts, give pitlane.work.folder more space.",
                RETRY_AFTER_SECONDS,
                cause);
    }
}

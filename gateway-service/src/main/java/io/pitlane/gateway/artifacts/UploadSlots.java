package io.pitlane.gateway.artifacts;

import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.errors.ApiException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.Semaphore;

/**
 * Limits the number of concurrent uploads: each holds a thread and up to a whole artifact on disk.
 */
@Singleton
class UploadSlots {
    private static final int RETRY_AFTER_SECONDS = 5;

    private final Semaphore free;

    @Inject
    UploadSlots(GatewayConfig config) {
        this(config.upload().parallel());
    }

    UploadSlots(int number) {
        this.free = new Semaphore(number);
    }

    /**
     * Acquires a slot; {@link #release()} returns it.
     *
     * @throws ApiException 503 when none is free
     */
    void acquire() {
        if (!free.tryAcquire()) {
            throw new ApiException(
                    Status.SERVICE_UNAVAILABLE,
                    "The gateway is receiving as many uploads as it can.",
                    "Try again in a moment, or raise pitlane.upload.parallel at the gateway.",
                    RETRY_AFTER_SECONDS);
        }
    }

    void release() {
        free.release();
    }
}

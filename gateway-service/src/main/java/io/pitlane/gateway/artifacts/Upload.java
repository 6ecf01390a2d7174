package io.pitlane.gateway.artifacts;

import io.pitlane.contract.Sha256;
import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.requests.PunctualBody;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Receives the bytes of an upload: to disk, never whole in memory, and no further than what is
 * wrong with them.
 */
@Singleton
class Upload {
    private static final int BUFFER = 64 * 1024;

    /** Two bytes of magic and the only compression method there is (RFC 1952, section 2.3.1). */
    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8};

    /** Bytes between two looks at the disk. */
    private static final long LOOK_EVERY = 16L << 20;

    private final long maxBytes;
    private final Duration deadline;
    private final FreeSpace space;

    @Inject
    Upload(GatewayConfig config) {
        this(
                config.upload().maxBytes().asLongValue(),
                config.upload().deadline(),
                new FreeSpace(config.upload().keepFree().asLongValue()));
    }

    Upload(long maxBytes, Duration deadline, FreeSpace space) {
        this.maxBytes = maxBytes;
        this.deadline = deadline;
        this.space = space;
    }

    /**
     * Writes the body to a file.
     *
     * @return SHA-256 of the body, 64 lower-case hex digits
     * @throws ApiException when the body is not gzip, larger than allowed, too slow, or finds no
     *     room
     */
    String receive(InputStream sent, Path file) throws IOException {
        var body = new PunctualBody(sent, deadline);
        var digest = new Sha256();
        space.require(0, file.getParent());
        try (var out = digest.over(Files.newOutputStream(file))) {
            var head = body.readNBytes(GZIP.length);
            requireGzip(head);
            out.write(head);
            copy(body, out, file.getParent());
        }
        return digest.hex();
    }

    /**
     * Refuses a body whose announced length is already too much.
     *
     * @param folder where it would be written
     */
    void requireRoom(long bytes, Path folder) throws IOException {
        requireAllowed(bytes);
        space.require(bytes, folder);
    }

    private void requireAllowed(long bytes) {
        if (bytes > maxBytes) {
            throw new ApiException(
                    Status.REQUEST_ENTITY_TOO_LARGE,
                    "The upload is larger than the " + maxBytes + " bytes allowed.",
                    "Upload less, or raise pitlane.upload.max-bytes at the gateway.");
        }
    }

    private void copy(InputStream body, OutputStream out, Path folder) throws IOException {
        var buffer = new byte[BUFFER];
        long received = GZIP.length;
        long looked = 0;
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            received += n;
            requireAllowed(received);
            if (received - looked > LOOK_EVERY) {
                space.require(0, folder);
                looked = received;
            }
            out.write(buffer, 0, n);
        }
    }

    private static void requireGzip(byte[] head) {
        if (!Arrays.equals(head, GZIP)) {
            throw new ApiException(
                    Status.BAD_REQUEST,
                    "The upload is not gzip: it does not begin as a .tar.gz does.",
                    "Send the bytes of a .tar.gz as the body, with content type application/gzip.");
        }
    }
}

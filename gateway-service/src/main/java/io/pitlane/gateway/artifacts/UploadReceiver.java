package io.pitlane.gateway.artifacts;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.requests.DeadlineInputStream;
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

/** Streams the bytes of an upload to disk, and stops at the first thing that is wrong with them. */
@Singleton
class UploadReceiver {
    private static final int BUFFER = 64 * 1024;

    /** Two bytes of magic and the only compression method there is (RFC 1952, section 2.3.1). */
    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8};

    /** Bytes between two checks of the free space. */
    private static final long SPACE_CHECK_BYTES = 16L << 20;

    private final long maxBytes;
    private final Duration deadline;
    private final DiskSpaceGuard space;

    @Inject
    UploadReceiver(GatewayConfig config) {
        this(
                config.upload().maxBytes().asLongValue(),
                config.upload().deadline(),
                new DiskSpaceGuard(config.upload().keepFree().asLongValue()));
    }

    UploadReceiver(long maxBytes, Duration deadline, DiskSpaceGuard space) {
        this.maxBytes = maxBytes;
        this.deadline = deadline;
        this.space = space;
    }

    /**
     * Writes the body to a file.
     *
     * @return SHA-256 of the body, 64 lower-case hex digits
     * @throws ApiException when the body is not gzip, larger than allowed, too slow, or the disk is
     *     full
     */
    String receive(InputStream sent, Path file) throws IOException {
        var body = new DeadlineInputStream(sent, deadline);
        var digest = new Sha256();
        space.require(0, file.getParent());
        try (var out = digest.over(Files.newOutputStream(file))) {
            var head = body.readNBytes(ModelFileFormat.HEAD_BYTES);
            requireGzip(head);
            requireAllowed(head.length);
            out.write(head);
            copy(body, out, head.length, file.getParent());
        }
        return digest.hex();
    }

    /**
     * Refuses a body whose Content-Length is too large.
     *
     * @param folder where it would be written
     */
    void requireSpace(long bytes, Path folder) throws IOException {
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

    private void copy(InputStream body, OutputStream out, long head, Path folder)
            throws IOException {
        var buffer = new byte[BUFFER];
        long received = head;
        long checked = 0;
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            received += n;
            requireAllowed(received);
            if (received - checked > SPACE_CHECK_BYTES) {
                space.require(0, folder);
                checked = received;
            }
            out.write(buffer, 0, n);
        }
    }

    private static void requireGzip(byte[] head) {
        if (head.length >= GZIP.length
                && Arrays.equals(head, 0, GZIP.length, GZIP, 0, GZIP.length)) {
            return;
        }
        var format = ModelFileFormat.of(head);
        throw new ApiException(
                Status.BAD_REQUEST,
                "The upload is not gzip: "
                        + format.map(known -> "it is " + known.description() + ".")
                                .orElse("it does not begin as a .tar.gz does."),
                format.map(known -> known.action("the file") + " Then upload the folder's .tar.gz.")
                        .orElse(
                                "Send the bytes of a .tar.gz as the body, with content type"
                                        + " application/gzip."));
    }
}

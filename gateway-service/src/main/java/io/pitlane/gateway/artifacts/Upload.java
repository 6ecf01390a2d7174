package io.pitlane.gateway.artifacts;

import io.pitlane.gateway.config.GatewayConfig;
import io.pitlane.gateway.errors.ApiException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Receives the bytes of an upload: to disk, never whole in memory, and no further than what is
 * wrong with them.
 */
@Singleton
class Upload {
    private static final int BUFFER = 64 * 1024;

    /** Two bytes of magic and the only compression method there is (RFC 1952, section 2.3.1). */
    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8};

    private final long maxBytes;

    @Inject
    Upload(GatewayConfig config) {
        this(config.upload().maxBytes().asLongValue());
    }

    Upload(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Writes the body to a file.
     *
     * @return SHA-256 of the body, 64 lower-case hex digits
     * @throws ApiException when the body is not gzip, or larger than allowed
     */
    String receive(InputStream body, Path file) throws IOException {
        var digest = sha256();
        try (var out = Files.newOutputStream(file)) {
            var head = body.readNBytes(GZIP.length);
            requireGzip(head);
            digest.update(head);
            out.write(head);
            copy(body, out, digest);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Refuses a body whose announced length is already too much. */
    void requireAllowed(long bytes) {
        if (bytes > maxBytes) {
            throw new ApiException(
                    Status.REQUEST_ENTITY_TOO_LARGE,
                    "The upload is larger than the " + maxBytes + " bytes allowed.",
                    "Upload less, or raise pitlane.upload.max-bytes at the gateway.");
        }
    }

    private void copy(InputStream body, OutputStream out, MessageDigest digest) throws IOException {
        var buffer = new byte[BUFFER];
        long received = GZIP.length;
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            received += n;
            requireAllowed(received);
            digest.update(buffer, 0, n);
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package io.pitlane.gateway.requests;

import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.errors.HttpStatus;
import jakarta.ws.rs.core.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A body that must come whole and in time, or ends its request with an {@link ApiException}. The
 * server's own limit is for a connection where nothing comes at all: a client that sends a byte now
 * and then would hold a thread for as long as it likes.
 */
public final class PunctualBody extends FilterInputStream {
    private final Duration allowed;
    private final long end;

    /**
     * @param allowed time from now on; reading later throws {@link ApiException} 408
     */
    public PunctualBody(InputStream body, Duration allowed) {
        super(body);
        this.allowed = allowed;
        this.end = System.nanoTime() + allowed.toNanos();
    }

    @Override
    public int read() throws IOException {
        requireTime();
        try {
            return super.read();
        } catch (IOException e) {
            throw brokenOff();
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        requireTime();
        try {
            return super.read(buffer, offset, length);
        } catch (IOException e) {
            throw brokenOff();
        }
    }

    private static ApiException brokenOff() {
        return new ApiException(
                Response.Status.BAD_REQUEST,
                "The request's body broke off before its end.",
                "Send it again.");
    }

    private void requireTime() {
        if (System.nanoTime() - end > 0) {
            throw new ApiException(
                    HttpStatus.REQUEST_TIMEOUT,
                    "The request's body was not complete after "
                            + allowed.toSeconds()
                            + " seconds.",
                    "Send it faster, over a better connection or from nearer by.");
        }
    }
}

package io.pitlane.gateway.requests;

import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.errors.HttpStatus;
import jakarta.ws.rs.core.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A request's body with a deadline: reading after it, or a body that breaks off, throws an {@link
 * ApiException}. The server's idle timeout does not bound a client that sends a byte now and then,
 * which would hold a thread for as long as it likes.
 */
public final class DeadlineInputStream extends FilterInputStream {
    private final Duration timeout;
    private final long deadline;

    /**
     * @param timeout time from now on; reading later throws {@link ApiException} 408
     */
    public DeadlineInputStream(InputStream body, Duration timeout) {
        super(body);
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    @Override
    public int read() throws IOException {
        requireBeforeDeadline();
        try {
            return super.read();
        } catch (IOException e) {
            throw brokenOff(e);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        requireBeforeDeadline();
        try {
            return super.read(buffer, offset, length);
        } catch (IOException e) {
            throw brokenOff(e);
        }
    }

    private static ApiException brokenOff(IOException e) {
        return new ApiException(
                Response.Status.BAD_REQUEST,
                "The request's body broke off before its end.",
                "Send it again.",
                e);
    }

    private void requireBeforeDeadline() {
        if (System.nanoTime() - deadline > 0) {
            throw new ApiException(
                    HttpStatus.REQUEST_TIMEOUT,
                    "The request's body was not complete after "
                            + timeout.toSeconds()
                            + " seconds.",
                    "Send it faster, over a better connection or from a machine nearer by.");
        }
    }
}

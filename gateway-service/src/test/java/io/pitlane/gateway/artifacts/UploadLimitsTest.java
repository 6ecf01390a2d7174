package io.pitlane.gateway.artifacts;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.gateway.errors.ApiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits that end an upload. */
class UploadLimitsTest {
    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8, 0};
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir Path folder;

    @Test
    void anUploadThatWouldFillTheDiskIsRefused() throws IOException {
        // Given
        var free = Files.getFileStore(folder).getUsableSpace();
        var upload = new UploadReceiver(Long.MAX_VALUE, MINUTE, new DiskSpaceGuard(free / 2));

        // Then
        assertThatCode(() -> upload.requireSpace(1000, folder)).doesNotThrowAnyException();
        assertThatThrownBy(() -> upload.requireSpace(free, folder))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("no room");
    }

    @Test
    void anUploadOfUnknownLengthIsRefusedOnceTheDiskIsFull() {
        // Given
        var upload = new UploadReceiver(1000, MINUTE, new DiskSpaceGuard(Long.MAX_VALUE));

        // Then
        assertThatThrownBy(() -> upload.receive(new ByteArrayInputStream(GZIP), file()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("no room");
    }

    @Test
    void anUploadThatTakesTooLongIsRefused() {
        // Given
        var upload = new UploadReceiver(1000, Duration.ZERO, new DiskSpaceGuard(0));

        // Then
        assertThatThrownBy(() -> upload.receive(new ByteArrayInputStream(GZIP), file()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("not complete after 0 seconds");
    }

    @Test
    void anUploadThatBreaksOffIsABadRequest() {
        // Given
        var upload = new UploadReceiver(1000, MINUTE, new DiskSpaceGuard(0));
        var broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }
                };

        // Then
        assertThatThrownBy(() -> upload.receive(broken, file()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("broke off")
                .cause()
                .hasMessage("connection reset");
    }

    @Test
    void aReleasedSlotCanBeAcquiredAgain() {
        // Given
        var slots = new UploadSlots(1);
        slots.acquire();

        // Then
        assertThatThrownBy(slots::acquire).isInstanceOf(ApiException.class);
        slots.release();
        assertThatCode(slots::acquire).doesNotThrowAnyException();
    }

    private Path file() {
        return folder.resolve("upload");
    }
}

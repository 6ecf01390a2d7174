package io.pitlane.gateway.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.gateway.errors.ApiException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadReceiverTest {
    @TempDir Path folder;

    @Test
    void theBytesAndTheirDigestArrive() throws IOException {
        // Given
        var body = gzip("a model");

        // When
        var digest = upload(1000).receive(new ByteArrayInputStream(body), file());

        // Then
        assertThat(file()).hasBinaryContent(body);
        assertThat(file()).hasDigest("SHA-256", digest);
        assertThat(digest).hasSize(64).isLowerCase();
    }

    @Test
    void aBodyOfExactlyTheLimitIsAccepted() throws IOException {
        // Given
        var body = gzip("a model");

        // When
        upload(body.length).receive(new ByteArrayInputStream(body), file());

        // Then
        assertThat(file()).hasSize(body.length);
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws IOException {
        // Given
        var body = gzip("a model");

        // Then
        assertThatThrownBy(
                        () ->
                                upload(body.length - 1)
                                        .receive(new ByteArrayInputStream(body), file()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining((body.length - 1) + " bytes allowed");
    }

    @Test
    void aBodyWithoutEndIsNotReadPastTheLimit() {
        // Given
        var endless =
                new InputStream() {
                    private final byte[] head = {0x1f, (byte) 0x8b, 8};
                    private long read;

                    @Override
                    public int read() {
                        return read < head.length ? head[(int) read++] : (int) (read++ & 0xff);
                    }
                };

        // Then
        assertThatThrownBy(() -> upload(1_000_000).receive(endless, file()))
                .isInstanceOf(ApiException.class);
        assertThat(file().toFile().length()).isLessThanOrEqualTo(1_000_000);
    }

    @Test
    void aBodyThatIsNotGzipIsRefused() {
        // Given
        var zip = new ByteArrayInputStream("PK\3\4".getBytes(StandardCharsets.ISO_8859_1));

        // Then
        assertThatThrownBy(() -> upload(1000).receive(zip, file()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("not gzip");
    }

    @Test
    void aModelInAnotherFormatIsRefusedByItsName() {
        // Given
        var tflite = "\34\0\0\0TFL3".getBytes(StandardCharsets.ISO_8859_1);

        // Then
        assertThatThrownBy(() -> upload(1000).receive(new ByteArrayInputStream(tflite), file()))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.action()).contains("tf.saved_model.save("))
                .hasMessageContaining("not gzip: it is a TensorFlow Lite model");
    }

    @Test
    void anEmptyBodyIsRefused() {
        // Then
        assertThatThrownBy(() -> upload(1000).receive(InputStream.nullInputStream(), file()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("not gzip");
    }

    private static UploadReceiver upload(long maxBytes) {
        return new UploadReceiver(maxBytes, Duration.ofMinutes(1), new DiskSpaceGuard(0));
    }

    private Path file() {
        return folder.resolve("upload");
    }

    private static byte[] gzip(String content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}

package io.pitlane.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Gzip bytes of their own for every seed; the gateway knows artifacts, not what is in them. */
final class PackedFile {
    private PackedFile() {}

    /** Random content does not shrink: the result is a little larger than {@code bytes}. */
    static byte[] of(int bytes, long seed) {
        var content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return packed(content);
    }

    /** A thousandth of what it unpacks to. */
    static byte[] ofZeros(int bytes) {
        return packed(new byte[bytes]);
    }

    private static byte[] packed(byte[] content) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}

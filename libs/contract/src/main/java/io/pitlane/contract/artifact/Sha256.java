package io.pitlane.contract.artifact;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** An SHA-256 digest of bytes as they are written. Not thread-safe. */
public final class Sha256 {
    private final MessageDigest digest;

    /** The digest of no bytes. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The digest of some bytes; 32 bytes. */
    public static byte[] of(byte[] bytes) {
        return new Sha256().digest.digest(bytes);
    }

    /** The digest of a file; 64 lower-case hex digits. */
    public static String of(Path file) throws IOException {
        var sha = new Sha256();
        try (var out = sha.over(OutputStream.nullOutputStream())) {
            Files.copy(file, out);
        }
        return sha.hex();
    }

    /** A stream that adds what is written to it to the digest, and passes it on. */
    public OutputStream over(OutputStream out) {
        return new DigestOutputStream(out, digest);
    }

    /** The digest of everything so far; 64 lower-case hex digits. Starts from no bytes again. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}

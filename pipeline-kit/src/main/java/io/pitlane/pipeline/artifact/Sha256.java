package io.pitlane.pipeline.artifact;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of bytes as they pass; 64 lower-case hex digits. */
final class Sha256 {
    private final MessageDigest digest;

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String of(Path file) throws IOException {
        var sha = new Sha256();
        try (var out = sha.over(OutputStream.nullOutputStream())) {
            Files.copy(file, out);
        }
        return sha.hex();
    }

    OutputStream over(OutputStream out) {
        return new DigestOutputStream(out, digest);
    }

    /** Of everything so far; starts anew. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}

package io.pitlane.contract.artifact;

/** The beginning of a digest, by which people tell digests apart. */
public final class ShortDigest {
    private static final int CHARACTERS = 12;

    private ShortDigest() {}

    /** The first twelve characters, or what there is. */
    public static String of(String digest) {
        return digest.substring(0, Math.min(CHARACTERS, digest.length()));
    }
}

package io.pitlane.formats.export;

import io.pitlane.graph.FloatTensor;

/** Integers of 4 bits, two in a byte: the first in the lower half. */
public final class NibblePairs {
    private static final int MASK = 0xf;

    private NibblePairs() {}

    /**
     * Packs integers.
     *
     * @param integers of which the lowest 4 bits count; the last byte is half empty where their
     *     number is odd
     */
    public static byte[] of(FloatTensor integers) {
        var values = integers.values();
        var bytes = new byte[(values.length + 1) / 2];
        for (int i = 0; i < values.length; i++) {
            bytes[i / 2] |= (byte) (((int) values[i] & MASK) << 4 * (i % 2));
        }
        return bytes;
    }
}

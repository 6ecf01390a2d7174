package io.pitlane.formats.packed;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.util.Arrays;

/** Bytes as they are, or compressed by Zstandard, whichever is shorter: a byte says which. */
final class PlainBytes {
    private static final byte STORED = 0;
    private static final byte ZSTD = 1;
    private static final int LEVEL = 19;
    private static final int VALUES = 256;

    /** Bits a byte above which Zstandard finds nothing but takes long. */
    private static final double RANDOM = 7.95;

    private static final int LARGE = 1 << 16;
    private static final byte[] NOTHING = {};

    static {
        ZstdNatives.prepare();
    }

    private PlainBytes() {}

    /** Packs bytes. */
    static byte[] pack(byte[] bytes) {
        return pack(bytes, NOTHING);
    }

    /** Packs bytes that may repeat parts of a dictionary. */
    static byte[] pack(byte[] bytes, byte[] dictionary) {
        if (bytes.length < LARGE || entropy(bytes) < RANDOM) {
            var packed =
                    dictionary.length == 0
                            ? Zstd.compress(bytes, LEVEL)
                            : Zstd.compressUsingDict(bytes, dictionary, LEVEL);
            if (packed.length < bytes.length) {
                return marked(ZSTD, packed);
            }
        }
        return marked(STORED, bytes);
    }

    private static byte[] marked(byte method, byte[] bytes) {
        var marked = new byte[bytes.length + 1];
        marked[0] = method;
        System.arraycopy(bytes, 0, marked, 1, bytes.length);
        return marked;
    }

    /**
     * Unpacks bytes.
     *
     * @param length how many they are
     * @throws IOException when they are not
     */
    static byte[] unpack(byte[] packed, int length) throws IOException {
        return unpack(packed, length, NOTHING);
    }

    /**
     * Unpacks bytes that were packed with a dictionary.
     *
     * @throws IOException when they are not of this length
     */
    static byte[] unpack(byte[] packed, int length, byte[] dictionary) throws IOException {
        if (packed.length == 0) {
            throw new IOException("a stream is empty");
        }
        var content = Arrays.copyOfRange(packed, 1, packed.length);
        if (packed[0] == STORED && content.length == length) {
            return content;
        }
        if (packed[0] != ZSTD) {
            throw new IOException("a stream does not hold " + length + " bytes");
        }
        var bytes = new byte[length];
        try {
            long found =
                    dictionary.length == 0
                            ? Zstd.decompressByteArray(bytes, 0, length, content, 0, content.length)
                            : Zstd.decompressUsingDict(
                                    bytes, 0, content, 0, content.length, dictionary);
            if (found == length) {
                return bytes;
            }
        } catch (ZstdException e) {
            throw new IOException("a stream is damaged: " + e.getMessage(), e);
        }
        throw new IOException("a stream does not unpack to " + length + " bytes");
    }

    private static double entropy(byte[] bytes) {
        var counts = new int[VALUES];
        for (byte value : bytes) {
            counts[value & 0xff]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                bits -= count * Math.log((double) count / bytes.length);
            }
        }
        return bits / Math.log(2) / bytes.length;
    }
}

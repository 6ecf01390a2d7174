package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * Words of 32 bits as four planes, the lowest bytes first: bytes of one kind are next to each
 * other, and each plane is packed by itself.
 */
final class BytePlanes {
    private BytePlanes() {}

    /** Writes words. */
    static void write(CodedOutputStream out, int[] words) throws IOException {
        for (int plane = 0; plane < Integer.BYTES; plane++) {
            var bytes = new byte[words.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (words[i] >>> plane * Byte.SIZE);
            }
            out.writeByteArrayNoTag(PlainBytes.pack(bytes));
        }
    }

    /**
     * Reads words.
     *
     * @param count how many
     */
    static int[] read(CodedInputStream in, int count) throws IOException {
        var words = new int[count];
        for (int plane = 0; plane < Integer.BYTES; plane++) {
            var bytes = PlainBytes.unpack(in.readByteArray(), count);
            for (int i = 0; i < count; i++) {
                words[i] |= (bytes[i] & 0xff) << plane * Byte.SIZE;
            }
        }
        return words;
    }

    /** The float32 values of little-endian bytes. */
    static float[] floats(ByteString content) {
        var values = new float[content.size() / Float.BYTES];
        content.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /**
     * The words of floats: the sign becomes the lowest bit, so that the highest byte is the
     * exponent.
     */
    static int[] words(float[] values) {
        var words = new int[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Integer.rotateLeft(Float.floatToRawIntBits(values[i]), 1);
        }
        return words;
    }

    /** The floats of words. */
    static float[] values(int[] words) {
        var values = new float[words.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(Integer.rotateRight(words[i], 1));
        }
        return values;
    }

    /**
     * How far floats are from those of a base, in steps from one float to the next: small for
     * values that have hardly changed. Positive and negative ones alternate, 0, -1, 1, -2.
     */
    static int[] differences(float[] values, float[] base) {
        var words = new int[values.length];
        for (int i = 0; i < words.length; i++) {
            int difference = ordered(values[i]) - ordered(base[i]);
            words[i] = difference << 1 ^ difference >> 31;
        }
        return words;
    }

    /** The floats that are so far from those of a base. */
    static float[] moved(int[] differences, float[] base) {
        var values = new float[differences.length];
        for (int i = 0; i < values.length; i++) {
            int difference = differences[i] >>> 1 ^ -(differences[i] & 1);
            int ordered = ordered(base[i]) + difference;
            values[i] = Float.intBitsToFloat(ordered ^ ordered >> 31 & Integer.MAX_VALUE);
        }
        return values;
    }

    /** Bits that ascend with the value. */
    private static int ordered(float value) {
        int bits = Float.floatToRawIntBits(value);
        return bits ^ bits >> 31 & Integer.MAX_VALUE;
    }
}

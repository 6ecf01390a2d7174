package io.pitlane.formats.packed;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Float32 values of which many are 0: the signs of all as codes, then the magnitudes of those that
 * are not 0 as planes of bytes.
 */
final class NonZeros {
    private NonZeros() {}

    static void write(CodedOutputStream out, float[] values, CodeMatrix matrix) throws IOException {
        var signs = new int[values.length];
        var negative = new BitSet();
        var others = new float[values.length];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            boolean isNegative = Float.floatToRawIntBits(values[i]) < 0;
            if (values[i] == 0) {
                negative.set(i, isNegative);
            } else {
                signs[i] = isNegative ? -1 : 1;
                others[count++] = isNegative ? -values[i] : values[i];
            }
        }
        new CodeStream(signs, negative).write(out, matrix, null);
        BytePlanes.write(out, BytePlanes.words(Arrays.copyOf(others, count)));
    }

    /** Reads what {@link #write} wrote. */
    static float[] read(CodedInputStream in, CodeMatrix matrix) throws IOException {
        var signs = CodeStream.read(in, matrix, null);
        int count = 0;
        for (int sign : signs.codes()) {
            count += sign == 0 ? 0 : 1;
        }
        var others = BytePlanes.values(BytePlanes.read(in, count));
        var values = new float[matrix.size()];
        int next = 0;
        for (int i = 0; i < values.length; i++) {
            int sign = signs.codes()[i];
            if (sign == 0) {
                values[i] = signs.negativeZeros().get(i) ? -0f : 0f;
            } else {
                values[i] = sign < 0 ? -others[next++] : others[next++];
            }
        }
        return values;
    }
}

package io.pitlane.formats.packed;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.pitlane.graph.FloatTensor;
import java.io.IOException;
import java.util.BitSet;
import java.util.function.IntFunction;

/**
 * Float32 values that are all on a grid: the grid and a code for each, by themselves or with those
 * of a base.
 *
 * @param grid what the values are on
 * @param codes of the values; a value of code 0 may be -0
 */
record GridCodes(CodeGrid grid, CodeStream codes) {

    /** The codes of these values. */
    static GridCodes of(CodeGrid grid, float[] values) {
        var codes = grid.codes(values);
        var negative = new BitSet();
        for (int i = 0; i < codes.length; i++) {
            float value = grid.value(codes[i], grid.channel(i));
            negative.set(i, Float.floatToRawIntBits(value) != Float.floatToRawIntBits(values[i]));
        }
        return new GridCodes(grid, new CodeStream(codes, negative));
    }

    void write(CodedOutputStream out, CodeMatrix matrix) throws IOException {
        grid.write(out);
        codes.write(out, matrix, null);
    }

    /** Writes codes that are expected to be those of the base's values. */
    void writeByBase(CodedOutputStream out, CodeMatrix matrix, float[] base) throws IOException {
        grid.write(out);
        codes.write(out, matrix, expected(grid, base));
    }

    /** Writes the differences to the codes of the base's values; not where a value is -0. */
    void writeFromBase(CodedOutputStream out, CodeMatrix matrix, float[] base) throws IOException {
        grid.write(out);
        CodeStream.of(codes.minus(expected(grid, base))).write(out, matrix, null);
    }

    /** The values that {@link #write} wrote. */
    static float[] read(
            CodedInputStream in,
            CodeMatrix matrix,
            long[] shape,
            IntFunction<FloatTensor> constants)
            throws IOException {
        var grid = CodeGrid.read(in, shape, constants);
        return new GridCodes(grid, CodeStream.read(in, matrix, null)).values();
    }

    /** The values that {@link #writeByBase} wrote. */
    static float[] readByBase(
            CodedInputStream in,
            CodeMatrix matrix,
            long[] shape,
            IntFunction<FloatTensor> constants,
            float[] base)
            throws IOException {
        var grid = CodeGrid.read(in, shape, constants);
        return new GridCodes(grid, CodeStream.read(in, matrix, expected(grid, base))).values();
    }

    /** The values that {@link #writeFromBase} wrote. */
    static float[] readFromBase(
            CodedInputStream in,
            CodeMatrix matrix,
            long[] shape,
            IntFunction<FloatTensor> constants,
            float[] base)
            throws IOException {
        var grid = CodeGrid.read(in, shape, constants);
        return grid.values(CodeStream.read(in, matrix, null).plus(expected(grid, base)));
    }

    private float[] values() {
        var values = grid.values(codes.codes());
        codes.negativeZeros().stream().forEach(i -> values[i] = -values[i]);
        return values;
    }

    private static int[] expected(CodeGrid grid, float[] base) {
        var codes = grid.codes(base);
        for (int i = 0; i < codes.length; i++) {
            codes[i] = Math.max(-CodeGrid.LARGEST, Math.min(CodeGrid.LARGEST, codes[i]));
        }
        return codes;
    }
}

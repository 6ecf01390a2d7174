package io.pitlane.formats.export;

/** Conversion to IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits. */
public final class Float16 {
    /** From here on, a value is rounded to infinity. */
    private static final float OVERFLOW = 65520;

    /** The lowest number with a full fraction, 2^-14. */
    private static final float MIN_NORMAL = 0x1p-14f;

    private Float16() {}

    /** Whether all values are finite numbers of this format. */
    public static boolean holds(float... values) {
        for (float value : values) {
            if (!(Math.abs(value) < OVERFLOW)) {
                return false;
            }
        }
        return true;
    }

    /** The bits of the nearest number, of two the one with an even fraction. */
    public static short of(float value) {
        int sign = Float.floatToIntBits(value) >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (magnitude < MIN_NORMAL) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
        }
        int bits = Float.floatToIntBits(magnitude);
        int rounded = bits + 0xfff + (bits >>> 13 & 1);
        // The exponent bias is 15 here and 127 there.
        return (short) (sign | (rounded - (127 - 15 << 23)) >>> 13);
    }
}

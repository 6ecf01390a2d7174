package io.pitlane.formats.packed;

import java.util.Arrays;

/**
 * A binary arithmetic encoder of 32 bits without carries. An interval of 32-bit numbers is split in
 * proportion to the probability; its leading bytes are written once both ends agree on them.
 */
final class RangeEncoder implements BinaryCoder {
    private static final int FIRST_CAPACITY = 256;
    private static final int TOP_BYTE = 0xff000000;
    private static final int BYTE = 0xff;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int size;
    private int low;
    private int high = -1;

    @Override
    public int code(int bit, int probabilityOfOne) {
        int middle = middle(low, high, probabilityOfOne);
        if (bit != 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
        while (((low ^ high) & TOP_BYTE) == 0) {
            put(high >>> 24);
            low <<= 8;
            high = high << 8 | BYTE;
        }
        return bit;
    }

    /** The last number of the part of the interval that stands for a one. */
    static int middle(int low, int high, int probabilityOfOne) {
        int range = high - low;
        return low
                + (range >>> PROBABILITY_BITS) * probabilityOfOne
                + ((range & 0xffff) * probabilityOfOne >>> PROBABILITY_BITS);
    }

    private void put(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) value;
    }

    /** Everything that was coded. The decoder reads zeros behind it. */
    byte[] finish() {
        if (low != 0) {
            put((low >>> 24) + 1);
        }
        return Arrays.copyOf(bytes, size);
    }
}

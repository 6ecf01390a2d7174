package io.pitlane.formats.packed;

/** Reads what {@link RangeEncoder} wrote; behind the end it reads zeros. */
final class RangeDecoder implements BinaryCoder {
    private static final int TOP_BYTE = 0xff000000;
    private static final int BYTE = 0xff;

    private final byte[] bytes;
    private int next;
    private int low;
    private int high = -1;
    private int value;

    /**
     * A decoder.
     *
     * @param start index of the first byte
     */
    RangeDecoder(byte[] bytes, int start) {
        this.bytes = bytes;
        this.next = start;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = value << 8 | nextByte();
        }
    }

    @Override
    public int code(int bit, int probabilityOfOne) {
        int middle = RangeEncoder.middle(low, high, probabilityOfOne);
        int decided = Integer.compareUnsigned(value, middle) <= 0 ? 1 : 0;
        if (decided != 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
        while (((low ^ high) & TOP_BYTE) == 0) {
            low <<= 8;
            high = high << 8 | BYTE;
            value = value << 8 | nextByte();
        }
        return decided;
    }

    private int nextByte() {
        return next < bytes.length ? bytes[next++] & BYTE : 0;
    }
}

package io.pitlane.formats.packed;

import com.google.protobuf.ByteString;

/** The bytes of a constant of type int8 or uint8 as signed codes. */
final class ByteCodes {
    private ByteCodes() {}

    static int[] of(ByteString content) {
        var codes = new int[content.size()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = content.byteAt(i);
        }
        return codes;
    }

    /** The lowest byte of each code. */
    static ByteString bytes(int[] codes) {
        var bytes = new byte[codes.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) codes[i];
        }
        return ByteString.copyFrom(bytes);
    }
}

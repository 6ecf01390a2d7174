package io.pitlane.data.decoding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Checks the segments of a JPEG file before its pixels: EXIF orientation, colour profile, CMYK. */
final class JpegSegments {
    private static final int START_OF_SCAN = 0xda;
    private static final int APP1 = 0xe1;
    private static final int APP2 = 0xe2;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROFILE = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
    private static final int ORIENTATION = 0x0112;

    private JpegSegments() {}

    /**
     * The file without its colour profile: Java would apply it, TensorFlow and OpenCV do not.
     *
     * @throws IOException when the image is CMYK, or has an EXIF orientation other than 1, which
     *     only some programs apply
     */
    static byte[] plain(byte[] bytes) throws IOException {
        var kept = new ByteArrayOutputStream(bytes.length);
        kept.write(bytes, 0, 2);
        int at = 2;
        while (at + 4 <= bytes.length && (bytes[at] & 0xff) == 0xff) {
            int marker = bytes[at + 1] & 0xff;
            if (marker == 0xff) {
                at++;
                continue;
            }
            int end = at + 2 + ((bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff);
            if (marker == START_OF_SCAN || end > bytes.length) {
                break;
            }
            requirePlain(bytes, marker, at + 4, end);
            if (marker != APP2 || !startsWith(bytes, at + 4, end, PROFILE)) {
                kept.write(bytes, at, end - at);
            }
            at = end;
        }
        kept.write(bytes, at, bytes.length - at);
        return kept.toByteArray();
    }

    private static void requirePlain(byte[] bytes, int marker, int from, int end)
            throws IOException {
        if (isFrame(marker) && end - from > 5 && bytes[from + 5] == 4) {
            throw new IOException("it is a CMYK JPEG; convert it to RGB");
        }
        if (marker == APP1 && startsWith(bytes, from, end, EXIF)) {
            int orientation = orientation(bytes, from + EXIF.length, end);
            if (orientation > 1) {
                throw new IOException(
                        "its EXIF orientation is "
                                + orientation
                                + ", which some programs apply and some ignore; turn the pixels"
                                + " as the model was trained and remove the tag");
            }
        }
    }

    private static boolean isFrame(int marker) {
        boolean noFrame = marker == 0xc4 || marker == 0xc8 || marker == 0xcc;
        return marker >= 0xc0 && marker <= 0xcf && !noFrame;
    }

    private static boolean startsWith(byte[] bytes, int from, int end, byte[] what) {
        if (end - from < what.length) {
            return false;
        }
        for (int i = 0; i < what.length; i++) {
            if (bytes[from + i] != what[i]) {
                return false;
            }
        }
        return true;
    }

    /** The orientation, 1 to 8, from the first TIFF directory; 0 if there is none. */
    private static int orientation(byte[] bytes, int from, int end) {
        var tiff = ByteBuffer.wrap(bytes, from, end - from).slice();
        if (tiff.remaining() < 8) {
            return 0;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 8 || directory > tiff.limit() - 2) {
            return 0;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if (entry + 12 > tiff.limit()) {
                return 0;
            }
            if ((tiff.getShort(entry) & 0xffff) == ORIENTATION) {
                return tiff.getShort(entry + 8);
            }
        }
        return 0;
    }
}

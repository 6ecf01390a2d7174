package io.pitlane.data.decoding;

import io.pitlane.data.Image;
import java.io.IOException;

/**
 * The portable anymap formats of Netpbm: PGM (P2, P5) and PPM (P3, P6), text or binary, one or two
 * bytes per sample.
 */
final class PnmFile {
    private final byte[] bytes;
    private int at = 2;
    private final boolean text;
    private final int height;
    private final int width;
    private final int channels;
    private final int maxValue;

    private PnmFile(byte[] bytes, long maxPixels) throws IOException {
        this.bytes = bytes;
        text = bytes[1] < '4';
        channels = bytes[1] == '2' || bytes[1] == '5' ? 1 : 3;
        width = number();
        height = number();
        maxValue = number();
        at++;
        if (width < 1 || height < 1 || maxValue < 1 || maxValue > 0xffff) {
            throw new IOException("damaged PGM or PPM header");
        }
        long samples = (long) width * height * channels;
        long minBytes = samples * (text ? 2 : maxValue > 255 ? 2 : 1) - (text ? 1 : 0);
        if ((long) width * height > maxPixels || minBytes > bytes.length - at) {
            throw new IOException(
                    "its header promises %dx%d pixels, more than the file holds"
                            .formatted(height, width));
        }
    }

    /** Whether the bytes begin like such a file. */
    static boolean isPnm(byte[] bytes) {
        return bytes.length > 8
                && bytes[0] == 'P'
                && (bytes[1] == '2' || bytes[1] == '3' || bytes[1] == '5' || bytes[1] == '6')
                && (Character.isWhitespace(bytes[2]) || bytes[2] == '#');
    }

    /** The image, with samples scaled to 0..255. */
    static Image image(byte[] bytes, long maxPixels) throws IOException {
        return new PnmFile(bytes, maxPixels).read(true);
    }

    /** The samples of a PGM, not scaled. */
    static Image indices(byte[] bytes, long maxPixels) throws IOException {
        var file = new PnmFile(bytes, maxPixels);
        if (file.channels != 1 || file.maxValue > 255) {
            throw new IOException("a mask is a PGM of at most 255 as its largest value");
        }
        return file.read(false);
    }

    private Image read(boolean isScaled) throws IOException {
        var pixels = new byte[height * width * channels];
        for (int i = 0; i < pixels.length; i++) {
            int sample = text ? number() : sample();
            if (sample > maxValue) {
                throw new IOException("a value is above the header's largest, " + maxValue);
            }
            pixels[i] = (byte) (isScaled ? sample * 255 / maxValue : sample);
        }
        return new Image(height, width, channels, pixels);
    }

    private int sample() {
        int sample = bytes[at++] & 0xff;
        return maxValue > 255 ? sample << 8 | bytes[at++] & 0xff : sample;
    }

    private int number() throws IOException {
        skipBlanks();
        int start = at;
        int value = 0;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && at - start < 8) {
            value = value * 10 + bytes[at++] - '0';
        }
        if (at == start) {
            throw new IOException("a number is missing at byte " + at);
        }
        return value;
    }

    private void skipBlanks() {
        boolean comment = false;
        while (at < bytes.length) {
            byte next = bytes[at];
            if (next == '#') {
                comment = true;
            } else if (next == '\n' || next == '\r') {
                comment = false;
            } else if (!comment && !Character.isWhitespace(next)) {
                return;
            }
            at++;
        }
    }
}

package io.pitlane.data.decoding;

import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** Encodings of images, told by their first bytes. */
public enum ImageFormat {
    PNG(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'),
    JPEG(0xff, 0xd8, 0xff),
    GIF('G', 'I', 'F', '8'),
    BMP('B', 'M'),
    /** PGM and PPM. */
    PNM();

    private final int[] beginning;

    ImageFormat(int... beginning) {
        this.beginning = beginning;
    }

    /** The format of an encoded image; empty when it begins as none does. */
    public static Optional<ImageFormat> of(byte[] bytes) {
        return PnmFile.isPnm(bytes)
                ? Optional.of(PNM)
                : Arrays.stream(values()).filter(format -> format.begins(bytes)).findFirst();
    }

    private boolean begins(byte[] bytes) {
        if (beginning.length == 0 || bytes.length < beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if ((bytes[i] & 0xff) != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    /** Java's reader, which PNM has none of. */
    ImageReader reader() {
        return ImageIO.getImageReadersByFormatName(name()).next();
    }
}

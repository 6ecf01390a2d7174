package io.pitlane.data.decoding;

import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** Image formats, recognised by their signature. */
public enum ImageFormat {
    PNG(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'),
    JPEG(0xff, 0xd8, 0xff),
    GIF('G', 'I', 'F', '8'),
    BMP('B', 'M'),
    /** PGM and PPM. */
    PNM();

    private final int[] signature;

    ImageFormat(int... beginning) {
        this.signature = beginning;
    }

    /** The format of an encoded image; empty if none matches. */
    public static Optional<ImageFormat> of(byte[] bytes) {
        return PnmFile.isPnm(bytes)
                ? Optional.of(PNM)
                : Arrays.stream(values()).filter(format -> format.begins(bytes)).findFirst();
    }

    private boolean begins(byte[] bytes) {
        if (signature.length == 0 || bytes.length < signature.length) {
            return false;
        }
        for (int i = 0; i < signature.length; i++) {
            if ((bytes[i] & 0xff) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    /** Java's reader; there is none for PNM. */
    ImageReader reader() {
        return ImageIO.getImageReadersByFormatName(name()).next();
    }
}

package io.pitlane.data.decoding;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.data.Image;
import io.pitlane.data.Mask;
import io.pitlane.data.Size;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG, JPEG, PPM, PGM, BMP and GIF. Pixels are the stored values, without colour
 * management; alpha is dropped, and of 16 bits per channel the upper 8 are used.
 */
public final class ImageDecoder {
    private static final long MAX_PIXELS = 64L << 20;

    private ImageDecoder() {}

    /**
     * Decodes an image.
     *
     * @param name name of the image, for messages
     * @throws FailureException INVALID_INPUT when the bytes are not an image, or programs differ in
     *     how they read it
     */
    public static Image image(byte[] encoded, String name) {
        try {
            var format = formatOf(encoded);
            return format == ImageFormat.PNM
                    ? PnmFile.image(encoded, MAX_PIXELS)
                    : pixelsOf(decode(encoded, format));
        } catch (IOException | RuntimeException e) {
            throw unreadable("image", name, e);
        }
    }

    /**
     * Decodes a mask: the stored indices of a palette or grey image.
     *
     * @throws FailureException INVALID_INPUT when the bytes are not such an image
     */
    public static Mask mask(byte[] encoded, String name) {
        try {
            var format = formatOf(encoded);
            return format == ImageFormat.PNM
                    ? pnmMask(encoded)
                    : indicesOf(lossless(encoded, format));
        } catch (IOException | RuntimeException e) {
            throw unreadable("mask", name, e);
        }
    }

    /** Height and width, without decoding the pixels. */
    public static Size size(byte[] encoded, String name) {
        try {
            var format = formatOf(encoded);
            if (format == ImageFormat.PNM) {
                var image = PnmFile.image(encoded, MAX_PIXELS);
                return new Size(image.height(), image.width());
            }
            return read(
                    encoded, format, reader -> new Size(reader.getHeight(0), reader.getWidth(0)));
        } catch (IOException | RuntimeException e) {
            throw unreadable("image", name, e);
        }
    }

    private static ImageFormat formatOf(byte[] encoded) throws IOException {
        return ImageFormat.of(encoded)
                .orElseThrow(() -> new IOException("not a PNG, JPEG, PPM, PGM, BMP or GIF image"));
    }

    private static FailureException unreadable(String what, String name, Exception e) {
        return invalidInput(
                "The %s %s cannot be read (%s).".formatted(what, name, e.getMessage()),
                "Replace or remove it.");
    }

    private static BufferedImage decode(byte[] encoded, ImageFormat format) throws IOException {
        boolean jpeg = format == ImageFormat.JPEG;
        var warnings = new ArrayList<String>();
        var image =
                read(
                        jpeg ? JpegSegments.plain(encoded) : encoded,
                        format,
                        reader -> {
                            requireBounded(reader);
                            reader.addIIOReadWarningListener((from, text) -> warnings.add(text));
                            return reader.read(0);
                        });
        // The JPEG reader only warns when it fills missing data with grey.
        warnings.removeIf(text -> text.contains("extraneous"));
        if (jpeg && !warnings.isEmpty()) {
            throw new IOException(warnings.get(0));
        }
        return image;
    }

    /** Reads from an opened image reader. */
    private interface ReaderFunction<T> {
        T apply(ImageReader reader) throws IOException;
    }

    private static <T> T read(byte[] encoded, ImageFormat format, ReaderFunction<T> function)
            throws IOException {
        var reader = format.reader();
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            reader.setInput(in);
            return function.apply(reader);
        } finally {
            reader.dispose();
        }
    }

    private static void requireBounded(ImageReader reader) throws IOException {
        if ((long) reader.getWidth(0) * reader.getHeight(0) > MAX_PIXELS) {
            throw new IOException("more than " + MAX_PIXELS + " pixels");
        }
    }

    private static Image pixelsOf(BufferedImage image) {
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return paletteImage(image, palette);
        }
        int bands = isGrey(image) ? 1 : 3;
        var pixels = new byte[image.getHeight() * image.getWidth() * bands];
        for (int band = 0; band < bands; band++) {
            if (!copyBytes(image.getRaster(), band, pixels, bands)) {
                copySamples(image, band, pixels, bands);
            }
        }
        return new Image(image.getHeight(), image.getWidth(), bands, pixels);
    }

    /** Fast path for samples of one byte; returns false if it does not apply. */
    private static boolean copyBytes(Raster raster, int band, byte[] pixels, int bands) {
        boolean bytes =
                raster.getDataBuffer() instanceof DataBufferByte buffer
                        && buffer.getNumBanks() == 1
                        && raster.getSampleModel() instanceof ComponentSampleModel
                        && raster.getSampleModelTranslateX() == 0
                        && raster.getSampleModelTranslateY() == 0;
        if (!bytes) {
            return false;
        }
        var model = (ComponentSampleModel) raster.getSampleModel();
        byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
        int to = band;
        for (int y = 0; y < raster.getHeight(); y++) {
            int from = model.getOffset(0, y, band) + raster.getDataBuffer().getOffset();
            for (int x = 0; x < raster.getWidth(); x++) {
                pixels[to] = data[from];
                to += bands;
                from += model.getPixelStride();
            }
        }
        return true;
    }

    private static void copySamples(BufferedImage image, int band, byte[] pixels, int bands) {
        int bits = image.getSampleModel().getSampleSize(band);
        int[] samples = samples(image, band);
        for (int i = 0; i < samples.length; i++) {
            pixels[i * bands + band] = eightBits(samples[i], bits);
        }
    }

    private static boolean isGrey(BufferedImage image) {
        return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    // Read from the raster: getRGB would apply a gamma curve to grey values.
    private static int[] samples(BufferedImage image, int band) {
        return image.getRaster()
                .getSamples(0, 0, image.getWidth(), image.getHeight(), band, (int[]) null);
    }

    private static byte eightBits(int sample, int bits) {
        return (byte) (bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1));
    }

    private static Image paletteImage(BufferedImage image, IndexColorModel palette) {
        int[] indices = samples(image, 0);
        int colours = palette.getMapSize();
        boolean grey = true;
        for (int i = 0; i < colours; i++) {
            grey &= palette.getRed(i) == palette.getGreen(i);
            grey &= palette.getRed(i) == palette.getBlue(i);
        }
        int bands = grey ? 1 : 3;
        var pixels = new byte[Math.multiplyExact(indices.length, bands)];
        for (int i = 0; i < indices.length; i++) {
            pixels[i * bands] = (byte) palette.getRed(indices[i]);
            if (!grey) {
                pixels[i * bands + 1] = (byte) palette.getGreen(indices[i]);
                pixels[i * bands + 2] = (byte) palette.getBlue(indices[i]);
            }
        }
        return new Image(image.getHeight(), image.getWidth(), bands, pixels);
    }

    private static BufferedImage lossless(byte[] encoded, ImageFormat format) throws IOException {
        if (format == ImageFormat.JPEG) {
            throw new IOException("JPEG changes class indices; store masks as PNG");
        }
        return decode(encoded, format);
    }

    private static Mask indicesOf(BufferedImage image) throws IOException {
        if (!(image.getColorModel() instanceof IndexColorModel) && !isGrey(image)) {
            throw new IOException(
                    "it is a colour image; a mask is a palette or grey image of class indices");
        }
        int[] samples = samples(image, 0);
        var classes = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            if (samples[i] > 255) {
                throw new IOException("class index " + samples[i] + " is above 255");
            }
            classes[i] = (byte) samples[i];
        }
        return new Mask(image.getHeight(), image.getWidth(), classes);
    }

    private static Mask pnmMask(byte[] encoded) throws IOException {
        var indices = PnmFile.indices(encoded, MAX_PIXELS);
        return new Mask(indices.height(), indices.width(), indices.pixels());
    }
}

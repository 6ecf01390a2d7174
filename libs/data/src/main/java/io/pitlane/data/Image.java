package io.pitlane.data;

/**
 * An image as stored.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 for grey, 3 for red, green, blue
 * @param pixels uint8 {@code [height, width, channels]}, row by row; not copied, not to be changed
 */
public record Image(int height, int width, int channels, byte[] pixels) implements Sample {

    public Image {
        if ((long) height * width * channels != pixels.length) {
            throw new IllegalArgumentException(
                    "%d bytes do not fill %dx%dx%d"
                            .formatted(pixels.length, height, width, channels));
        }
    }

    /** Height and width, as {@code 30x40}. */
    @Override
    public String size() {
        return height + "x" + width;
    }

    @Override
    public int bytes() {
        return pixels.length;
    }
}

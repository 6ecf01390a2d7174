package io.pitlane.data;

/**
 * The class of every pixel of an image.
 *
 * @param height rows
 * @param width columns
 * @param classes uint8 {@code [height, width]}, row by row, {@link #IGNORE} for pixels without a
 *     class; not copied, not to be changed
 */
public record Mask(int height, int width, byte[] classes) {
    /** A pixel with this class is ignored in losses and scores. */
    public static final int IGNORE = 255;

    public Mask {
        if ((long) height * width != classes.length) {
            throw new IllegalArgumentException(
                    "%d bytes do not fill %dx%d".formatted(classes.length, height, width));
        }
    }

    /** The class at a row and a column, 0..255. */
    public int at(int y, int x) {
        return classes[y * width + x] & 0xff;
    }

    /** The highest class; -1 if every pixel is ignored. */
    int highest() {
        int highest = -1;
        for (byte stored : classes) {
            int label = stored & 0xff;
            highest = label == IGNORE ? highest : Math.max(highest, label);
        }
        return highest;
    }

    /** Resizes the mask with nearest-neighbour interpolation. */
    public Mask resized(int newHeight, int newWidth) {
        if (newHeight == height && newWidth == width) {
            return this;
        }
        return sampled(nearest(height, newHeight), nearest(width, newWidth));
    }

    /** The rows and columns at the given positions; -1 gives {@link #IGNORE}. */
    public Mask sampled(int[] rows, int[] columns) {
        var sampled = new byte[Math.multiplyExact(rows.length, columns.length)];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < columns.length; x++) {
                boolean isInside = rows[y] >= 0 && columns[x] >= 0;
                sampled[y * columns.length + x] =
                        isInside ? classes[rows[y] * width + columns[x]] : (byte) IGNORE;
            }
        }
        return new Mask(rows.length, columns.length, sampled);
    }

    private static int[] nearest(int from, int to) {
        var positions = new int[to];
        for (int i = 0; i < to; i++) {
            // The source pixel that contains the centre of the target pixel.
            positions[i] = (int) ((2L * i + 1) * from / (2L * to));
        }
        return positions;
    }
}

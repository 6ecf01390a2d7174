package io.pitlane.data.preprocessing;

import io.pitlane.contract.data.InputSpec.Interpolation;
import io.pitlane.data.Image;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Resizes images to a fixed size, first along the width, then along the height.
 *
 * <p>Thread-safe.
 */
final class Resizer {
    private final Interpolation interpolation;
    private final int height;
    private final int width;
    private final Map<Integer, Resampling> rows = new ConcurrentHashMap<>();
    private final Map<Integer, Resampling> columns = new ConcurrentHashMap<>();

    Resizer(Interpolation interpolation, int height, int width) {
        this.interpolation = interpolation;
        this.height = height;
        this.width = width;
    }

    /** The resized image as floats 0..255, {@code [height, width, C]} with the image's channels. */
    float[] resize(Image image) {
        if (image.height() == height && image.width() == width) {
            return asFloats(image);
        }
        return resizeRows(image, resizeColumns(image));
    }

    private static float[] asFloats(Image image) {
        var values = new float[image.pixels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.pixels()[i] & 0xff;
        }
        return values;
    }

    private float[] resizeColumns(Image image) {
        var axis =
                columns.computeIfAbsent(
                        image.width(), from -> Resampling.of(interpolation, from, width));
        int channels = image.channels();
        byte[] pixels = image.pixels();
        var resized = new float[image.height() * width * channels];
        int out = 0;
        for (int y = 0; y < image.height(); y++) {
            int row = y * image.width() * channels;
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    float sum = 0;
                    for (int t = x * axis.taps(); t < (x + 1) * axis.taps(); t++) {
                        int pixel = pixels[row + axis.indices()[t] * channels + c] & 0xff;
                        sum += axis.weights()[t] * pixel;
                    }
                    resized[out++] = sum;
                }
            }
        }
        return resized;
    }

    private float[] resizeRows(Image image, float[] values) {
        var axis =
                rows.computeIfAbsent(
                        image.height(), from -> Resampling.of(interpolation, from, height));
        int row = width * image.channels();
        var resized = new float[height * row];
        for (int y = 0; y < height; y++) {
            for (int t = y * axis.taps(); t < (y + 1) * axis.taps(); t++) {
                float weight = axis.weights()[t];
                int from = axis.indices()[t] * row;
                for (int i = 0; i < row; i++) {
                    resized[y * row + i] += weight * values[from + i];
                }
            }
        }
        return resized;
    }
}

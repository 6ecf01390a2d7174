package io.pitlane.data.preprocessing;

import io.pitlane.contract.data.InputSpec.Interpolation;
import io.pitlane.contract.data.Resize;
import io.pitlane.data.Image;
import java.util.Arrays;

/**
 * Resizes images, first along the width, then along the height. Only the pixels that the model sees
 * are computed.
 *
 * <p>Thread-safe.
 */
final class Resizer {
    private final Interpolation interpolation;
    private final boolean antialias;
    private final Resize resize;

    /**
     * A resizer.
     *
     * @param resize the resize of the plan; null keeps the size of an image
     */
    Resizer(Interpolation interpolation, boolean antialias, Resize resize) {
        this.interpolation = interpolation;
        this.antialias = antialias;
        this.resize = resize;
    }

    /**
     * The resized image as floats 0..255, {@code [height, width, C]} with the image's channels; the
     * padding of a letterbox has the value of the plan.
     */
    float[] resize(Image image) {
        var geometry = ResizeGeometry.of(resize, image);
        if (geometry.isIdentity()) {
            return asFloats(image);
        }
        float[] wide = resizeColumns(image, geometry.columns());
        return resizeRows(image, geometry, wide);
    }

    private static float[] asFloats(Image image) {
        var values = new float[image.pixels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.pixels()[i] & 0xff;
        }
        return values;
    }

    /** {@code [stored height, visible width, C]}. */
    private float[] resizeColumns(Image image, ResizeAxis columns) {
        var axis = Resampling.of(interpolation, antialias, columns);
        int channels = image.channels();
        byte[] pixels = image.pixels();
        var resized = new float[image.height() * axis.length() * channels];
        int out = 0;
        for (int y = 0; y < image.height(); y++) {
            int row = y * image.width() * channels;
            for (int x = 0; x < axis.length(); x++) {
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

    /** The model's input, from the rows of {@link #resizeColumns}. */
    private float[] resizeRows(Image image, ResizeGeometry geometry, float[] wide) {
        var axis = Resampling.of(interpolation, antialias, geometry.rows());
        int row = geometry.columns().visible() * image.channels();
        int inputRow = geometry.columns().to() * image.channels();
        int first =
                geometry.rows().padding() * inputRow
                        + geometry.columns().padding() * image.channels();
        var input = padding(geometry.rows().to() * inputRow);
        for (int y = 0; y < axis.length(); y++) {
            int at = first + y * inputRow;
            Arrays.fill(input, at, at + row, 0);
            for (int t = y * axis.taps(); t < (y + 1) * axis.taps(); t++) {
                float weight = axis.weights()[t];
                int from = axis.indices()[t] * row;
                for (int i = 0; i < row; i++) {
                    input[at + i] += weight * wide[from + i];
                }
            }
        }
        return input;
    }

    private float[] padding(int length) {
        var values = new float[length];
        if (resize instanceof Resize.Letterbox letterbox && letterbox.pad() != 0) {
            Arrays.fill(values, letterbox.pad());
        }
        return values;
    }
}

package io.pitlane.data.preprocessing;

import io.pitlane.contract.training.Training.Augmentation;
import io.pitlane.data.Box;
import io.pitlane.data.Mask;
import io.pitlane.data.Size;
import java.util.SplittableRandom;

/**
 * The augmentation of one image: a horizontal flip, then a shift with the edge repeated, then a
 * change of brightness.
 *
 * @param flip whether it is flipped horizontally
 * @param right shift to the right in pixels of the model input; may be negative
 * @param down shift down in pixels of the model input; may be negative
 * @param brighter added to every value; the result is clipped to 0..255
 */
public record AugmentationSample(boolean flip, int right, int down, float brighter) {
    /** No augmentation. */
    public static final AugmentationSample NONE = new AugmentationSample(false, 0, 0, 0);

    private static final float MAX_VALUE = 255;

    /** Draws an augmentation, determined by seed and position alone. */
    public static AugmentationSample of(Augmentation options, long seed, int position) {
        if (options.equals(Augmentation.NONE)) {
            return NONE;
        }
        var random = new SplittableRandom(new SplittableRandom(seed).nextLong() + position);
        boolean isFlipped = random.nextBoolean();
        int shift = options.shift();
        int right = random.nextInt(-shift, shift + 1);
        int down = random.nextInt(-shift, shift + 1);
        double brightness = options.brightness() * (2 * random.nextDouble() - 1);
        return new AugmentationSample(
                options.flip() && isFlipped, right, down, (float) (brightness * MAX_VALUE));
    }

    /** The augmented image, {@code [height, width, channels]} with values 0..255. */
    public float[] apply(float[] image, int height, int width) {
        if (equals(NONE)) {
            return image;
        }
        int channels = image.length / (height * width);
        int[] rows = rows(height, ResizeAxis.identity(height), height);
        int[] columns = columns(width, ResizeAxis.identity(width), width);
        var augmented = new float[image.length];
        int out = 0;
        for (int y : rows) {
            for (int x : columns) {
                int from = (y * width + x) * channels;
                for (int c = 0; c < channels; c++) {
                    augmented[out++] = brightened(image[from + c]);
                }
            }
        }
        return augmented;
    }

    private float brightened(float value) {
        return brighter == 0 ? value : Math.min(Math.max(value + brighter, 0), MAX_VALUE);
    }

    /**
     * The augmented mask in the wanted size.
     *
     * @param mask the mask as stored
     * @param image where its image lies in the model's input; the mask is ignored in the padding
     */
    public Mask apply(Mask mask, ResizeGeometry image, Size wanted) {
        return mask.sampled(
                rows(wanted.height(), image.rows(), mask.height()),
                columns(wanted.width(), image.columns(), mask.width()));
    }

    /** The augmented box, clipped to the image; its width or height is 0 if it is outside. */
    public Box apply(Box box, Size input) {
        float x1 = flip ? input.width() - box.x2() : box.x1();
        float x2 = flip ? input.width() - box.x1() : box.x2();
        return new Box(
                box.label(),
                within(x1 + right, input.width()),
                within(box.y1() + down, input.height()),
                within(x2 + right, input.width()),
                within(box.y2() + down, input.height()),
                box.difficult());
    }

    private static float within(float at, int length) {
        return Math.min(Math.max(at, 0), length);
    }

    private int[] rows(int wanted, ResizeAxis axis, int stored) {
        return positions(wanted, axis, stored, down, false);
    }

    private int[] columns(int wanted, ResizeAxis axis, int stored) {
        return positions(wanted, axis, stored, right, flip);
    }

    /**
     * The source position of each target pixel, -1 in the padding: its centre in pixels of the
     * input, shifted and flipped there. Computed with integers, so that it is exact.
     */
    private static int[] positions(
            int wanted, ResizeAxis axis, int stored, int shift, boolean isFlipped) {
        var positions = new int[wanted];
        long unit = 2L * wanted;
        long length = unit * axis.to();
        for (int i = 0; i < wanted; i++) {
            long at = (2L * i + 1) * axis.to() - unit * shift;
            if (at < 0) {
                at = wanted;
            } else if (at >= length) {
                at = length - wanted;
            }
            positions[i] = axis.storedPixel(isFlipped ? length - at : at, unit, stored);
        }
        return positions;
    }
}

package io.pitlane.data.preprocessing;

import io.pitlane.contract.data.InputSpec.Interpolation;

/**
 * Resampling along one axis: each output pixel is a weighted sum of {@code taps} input pixels.
 *
 * <p>Pixel centres lie at half positions, borders and bicubic weights (Keys 1981, a = -0.5, in a
 * table of 1024 steps) are as in TensorFlow's resize ops with {@code half_pixel_centers}. With
 * antialiasing they are as in its ScaleAndTranslate: the kernel is as wide as the input pixels that
 * become one, and cut off at the borders.
 *
 * @param taps input pixels per output pixel
 * @param indices positions of the input pixels, {@code taps} per output pixel
 * @param weights weights of the input pixels
 */
record Resampling(int taps, int[] indices, float[] weights) {
    private static final float KEYS = -0.5f;
    private static final int TABLE_STEPS = 1024;

    /** Resampling to the pixels of a resized image that the model sees. */
    static Resampling of(Interpolation interpolation, boolean antialias, ResizeAxis resize) {
        return antialias ? antialiased(interpolation, resize) : of(interpolation, resize);
    }

    private static Resampling of(Interpolation interpolation, ResizeAxis resize) {
        int taps =
                switch (interpolation) {
                    case NEAREST -> 1;
                    case BILINEAR -> 2;
                    case BICUBIC -> 4;
                };
        int from = resize.from();
        int count = resize.visible();
        var axis = new Resampling(taps, new int[count * taps], new float[count * taps]);
        float ratio = (float) from / resize.resized();
        for (int i = 0; i < count; i++) {
            float centre = (resize.cropped() + i + 0.5f) * ratio;
            switch (interpolation) {
                case NEAREST -> axis.set(i, 0, Math.min((int) Math.floor(centre), from - 1), 1);
                case BILINEAR -> axis.bilinear(i, centre - 0.5f, from);
                case BICUBIC -> axis.bicubic(i, centre - 0.5f, from);
            }
        }
        return axis;
    }

    private static Resampling antialiased(Interpolation interpolation, ResizeAxis resize) {
        float ratio = (float) resize.from() / resize.resized();
        float width = Math.max(ratio, 1);
        float radius = interpolation == Interpolation.BICUBIC ? 2 * width : width;
        int taps = Math.min(2 * (int) Math.ceil(radius) + 1, resize.from());
        int count = resize.visible();
        var axis = new Resampling(taps, new int[count * taps], new float[count * taps]);
        for (int i = 0; i < count; i++) {
            float centre = (resize.cropped() + i + 0.5f) * ratio;
            int first = Math.max((int) Math.ceil(centre - radius - 0.5f), 0);
            int last = Math.min((int) Math.floor(centre + radius - 0.5f), resize.from() - 1);
            for (int tap = 0; tap <= last - first; tap++) {
                float distance = Math.abs(first + tap + 0.5f - centre) / width;
                axis.set(i, tap, first + tap, kernel(interpolation, distance));
            }
            axis.normalise(i);
        }
        return axis;
    }

    private static float kernel(Interpolation interpolation, float distance) {
        if (interpolation == Interpolation.BILINEAR) {
            return Math.max(0, 1 - distance);
        }
        return distance <= 1 ? near(distance) : distance <= 2 ? far(distance) : 0;
    }

    /** Number of output pixels. */
    int length() {
        return indices.length / taps;
    }

    private void bilinear(int i, float at, int from) {
        int floor = (int) Math.floor(at);
        float upper = at - floor;
        set(i, 0, Math.max(floor, 0), 1 - upper);
        set(i, 1, Math.min(floor + 1, from - 1), upper);
    }

    private void bicubic(int i, float at, int from) {
        int floor = (int) Math.floor(at);
        float delta = (float) Math.rint((at - floor) * TABLE_STEPS) / TABLE_STEPS;
        float[] wanted = {far(1 + delta), near(delta), near(1 - delta), far(2 - delta)};
        for (int tap = 0; tap < 4; tap++) {
            int index = floor - 1 + tap;
            boolean inside = index >= 0 && index < from;
            set(i, tap, Math.min(Math.max(index, 0), from - 1), inside ? wanted[tap] : 0);
        }
        normalise(i);
    }

    /** Makes the weights of an output pixel add up to 1. */
    private void normalise(int i) {
        float sum = 0;
        for (int t = i * taps; t < (i + 1) * taps; t++) {
            sum += weights[t];
        }
        for (int t = i * taps; t < (i + 1) * taps; t++) {
            weights[t] /= sum;
        }
    }

    private static float near(float x) {
        return ((KEYS + 2) * x - (KEYS + 3)) * x * x + 1;
    }

    private static float far(float x) {
        return ((KEYS * x - 5 * KEYS) * x + 8 * KEYS) * x - 4 * KEYS;
    }

    private void set(int i, int tap, int index, float weight) {
        indices[i * taps + tap] = index;
        weights[i * taps + tap] = weight;
    }
}

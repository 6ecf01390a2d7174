package io.pitlane.data.preprocessing;

import io.pitlane.contract.data.InputSpec.Interpolation;

/**
 * Resampling along one axis: each output pixel is a weighted sum of {@code taps} input pixels.
 *
 * <p>Pixel centres lie at half positions, borders and bicubic weights (Keys 1981, a = -0.5, in a
 * table of 1024 steps) are as in TensorFlow's resize ops with {@code half_pixel_centers}.
 *
 * @param taps input pixels per output pixel
 * @param indices positions of the input pixels, {@code taps} per output pixel
 * @param weights weights of the input pixels
 */
record Resampling(int taps, int[] indices, float[] weights) {
    private static final float KEYS = -0.5f;
    private static final int TABLE_STEPS = 1024;

    /** Resampling to the pixels of a resized image that the model sees. */
    static Resampling of(Interpolation interpolation, ResizeAxis resize) {
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
        float sum = 0;
        for (int tap = 0; tap < 4; tap++) {
            int index = floor - 1 + tap;
            boolean inside = index >= 0 && index < from;
            set(i, tap, Math.min(Math.max(index, 0), from - 1), inside ? wanted[tap] : 0);
            sum += weights[i * taps + tap];
        }
        for (int tap = 0; tap < 4; tap++) {
            weights[i * taps + tap] /= sum;
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

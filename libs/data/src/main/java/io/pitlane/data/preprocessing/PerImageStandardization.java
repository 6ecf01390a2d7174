package io.pitlane.data.preprocessing;

/**
 * Standardizes an image by its own mean and standard deviation: {@code (x - mean) / max(stddev, 1 /
 * sqrt(N))} over all N values of the image, as tf.image.per_image_standardization.
 */
final class PerImageStandardization {
    private PerImageStandardization() {}

    /** Standardizes {@code count} values, from {@code first} on, in place. */
    static void apply(float[] values, int first, int count) {
        double mean = 0;
        for (int i = first; i < first + count; i++) {
            mean += values[i];
        }
        mean /= count;
        double variance = 0;
        for (int i = first; i < first + count; i++) {
            variance += (values[i] - mean) * (values[i] - mean);
        }
        // The lower limit keeps the noise of an image of one colour small.
        double deviation = Math.max(Math.sqrt(variance / count), 1 / Math.sqrt(count));
        for (int i = first; i < first + count; i++) {
            values[i] = (float) ((values[i] - mean) / deviation);
        }
    }
}

package io.pitlane.quantize.correction;

/**
 * The calibration images that learned rounding is checked on and not fitted to: every fifth, the
 * same ones for all layers, so that the model as a whole can be checked on them, too.
 */
final class HeldOutImages {
    private static final int EACH = 5;

    private HeldOutImages() {}

    /** Whether an image is held out, by its place among all. */
    static boolean contains(int image) {
        return image % EACH == EACH - 1;
    }
}

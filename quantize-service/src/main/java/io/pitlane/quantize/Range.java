package io.pitlane.quantize;

/**
 * The range of a tensor's values that int8 represents; values outside saturate.
 *
 * @param min the lowest value
 * @param max the highest value
 */
record Range(float min, float max) {

    /** Whether it has no negative values. */
    boolean nonNegative() {
        return min >= 0;
    }

    /** The largest absolute value. */
    float magnitude() {
        return Math.max(Math.abs(min), Math.abs(max));
    }

    /** Whether both ends are finite, so that a scale exists. */
    boolean finite() {
        return Float.isFinite(min) && Float.isFinite(max);
    }

    /** What of it is not beyond a magnitude. */
    Range clipped(float magnitude) {
        return new Range(Math.max(min, -magnitude), Math.min(max, magnitude));
    }
}

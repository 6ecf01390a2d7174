package io.pitlane.quantize;

/**
 * The values that a tensor takes, as far as they matter.
 *
 * @param min the lowest
 * @param max the highest
 */
record Range(float min, float max) {

    /** Whether nothing below 0 was seen. */
    boolean nonNegative() {
        return min >= 0;
    }

    /** The largest distance from 0. */
    float magnitude() {
        return Math.max(Math.abs(min), Math.abs(max));
    }

    /** Whether integers can stand for it. */
    boolean finite() {
        return Float.isFinite(min) && Float.isFinite(max);
    }
}

package io.pitlane.graph.quantization;

import java.util.OptionalDouble;

/** Finds the step of values that are integers times one step. */
public final class CommonStep {
    /** The smallest value may be a multiple of the step. */
    private static final int LARGEST_MULTIPLE = 12;

    private static final int MOST_BITS = 16;

    private CommonStep() {}

    /**
     * The largest step found that gives every value back bit for bit, but for the sign of zeros:
     * the largest magnitude over the highest code of 2 to 16 bits, or the smallest one over 1 to
     * 12. Empty where there is none, and of zeros.
     */
    public static OptionalDouble of(float... values) {
        float smallest = Float.POSITIVE_INFINITY;
        float largest = 0;
        for (float value : values) {
            float magnitude = Math.abs(value);
            if (magnitude > 0) {
                smallest = Math.min(smallest, magnitude);
            }
            largest = Math.max(largest, magnitude);
        }
        if (largest == 0 || !Float.isFinite(largest)) {
            return OptionalDouble.empty();
        }
        for (int bits = 2; bits <= MOST_BITS; bits++) {
            double step = (double) largest / ((1 << bits - 1) - 1);
            if (isStepOf(step, values)) {
                return OptionalDouble.of(step);
            }
        }
        for (int multiple = 1; multiple <= LARGEST_MULTIPLE; multiple++) {
            float nearest = smallest / multiple;
            for (float step : new float[] {nearest, Math.nextUp(nearest), Math.nextDown(nearest)}) {
                if (step > 0 && isStepOf(step, values)) {
                    return OptionalDouble.of(step);
                }
            }
        }
        return OptionalDouble.empty();
    }

    private static boolean isStepOf(double step, float... values) {
        for (float value : values) {
            if ((float) (step * Math.rint(value / step)) != value) {
                return false;
            }
        }
        return true;
    }
}

package io.pitlane.quantize;

import java.util.Arrays;

/** Values in order, with their sums up to every place. */
final class SortedValues {
    private final float[] values;
    private final double[] sums;

    /** Sorts values. */
    SortedValues(float... unsorted) {
        this.values = unsorted.clone();
        Arrays.sort(values);
        this.sums = new double[values.length + 1];
        for (int i = 0; i < values.length; i++) {
            sums[i + 1] = sums[i] + values[i];
        }
    }

    int size() {
        return values.length;
    }

    /** The value at a place, in ascending order. */
    float at(int index) {
        return values[index];
    }

    /** The mean of the values from a place to before another. */
    double mean(int from, int to) {
        return (sums[to] - sums[from]) / (to - from);
    }

    /** How many values are at most as high. */
    int countUpTo(double limit) {
        int low = 0;
        int high = values.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (values[middle] <= limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

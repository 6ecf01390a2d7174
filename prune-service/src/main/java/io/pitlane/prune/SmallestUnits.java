package io.pitlane.prune;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** Selects the units of lowest score over one or more kernels. */
final class SmallestUnits {
    private SmallestUnits() {}

    /**
     * The units of lowest score. Of units of equal score, those of the first kernels, and of the
     * lowest index, come first.
     *
     * @param scores of the units, by kernel, at their index; NaN where there is none to select
     * @param wanted how many to select; all where there are fewer
     * @return their indices, by kernel
     */
    static Map<String, BitSet> of(Map<String, float[]> scores, long wanted) {
        var sorted = sorted(scores);
        int selected = (int) Math.min(wanted, sorted.length);
        float limit = selected == 0 ? Float.NEGATIVE_INFINITY : sorted[selected - 1];
        int onLimit = selected - countBelow(sorted, limit);
        var units = new LinkedHashMap<String, BitSet>();
        for (var kernel : scores.entrySet()) {
            var of = new BitSet();
            var values = kernel.getValue();
            for (int unit = 0; unit < values.length; unit++) {
                boolean isOnLimit = values[unit] == limit && onLimit > 0;
                onLimit -= isOnLimit ? 1 : 0;
                if (isOnLimit || values[unit] < limit) {
                    of.set(unit);
                }
            }
            units.put(kernel.getKey(), of);
        }
        return units;
    }

    /** Number of units that can be selected. */
    static int count(float[] scores) {
        int count = 0;
        for (float score : scores) {
            count += Float.isNaN(score) ? 0 : 1;
        }
        return count;
    }

    private static float[] sorted(Map<String, float[]> scores) {
        int size = scores.values().stream().mapToInt(SmallestUnits::count).sum();
        var sorted = new float[size];
        int next = 0;
        for (var kernel : scores.values()) {
            for (float score : kernel) {
                if (!Float.isNaN(score)) {
                    sorted[next++] = score;
                }
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    private static int countBelow(float[] sorted, float limit) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

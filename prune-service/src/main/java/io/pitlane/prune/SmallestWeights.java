package io.pitlane.prune;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Selects the weights of smallest magnitude over one or more kernels. */
final class SmallestWeights {
    private final Map<String, FloatTensor> kernels;
    private final float threshold;
    private final long below;
    private final long wanted;

    /**
     * The smallest weights of some kernels.
     *
     * @param kernels by name
     * @param ratio share of all their weights, 0..1; rounded to whole weights
     */
    SmallestWeights(Map<String, FloatTensor> kernels, double ratio) {
        var sorted = sortedMagnitudes(kernels);
        this.kernels = kernels;
        this.wanted = Math.round(sorted.length * ratio);
        this.threshold = wanted == 0 ? 0 : sorted[(int) wanted - 1];
        this.below = wanted == 0 ? 0 : countBelow(sorted, threshold);
    }

    /** 0 for each of the smallest weights and 1 for the others, in the shapes of the kernels. */
    Map<String, FloatTensor> masks() {
        // Of weights exactly on the threshold, removes only as many as the ratio demands.
        long onThreshold = wanted - below;
        var masks = new LinkedHashMap<String, FloatTensor>();
        for (var kernel : kernels.entrySet()) {
            var values = kernel.getValue().values();
            var mask = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                float magnitude = Math.abs(values[i]);
                boolean isRemoved = wanted > 0 && magnitude == threshold && onThreshold > 0;
                onThreshold -= isRemoved ? 1 : 0;
                mask[i] = isRemoved || magnitude < threshold ? 0 : 1;
            }
            masks.put(kernel.getKey(), new FloatTensor(mask, kernel.getValue().shape()));
        }
        return masks;
    }

    private static float[] sortedMagnitudes(Map<String, FloatTensor> kernels) {
        int size = kernels.values().stream().mapToInt(k -> k.values().length).sum();
        var magnitudes = new float[size];
        int next = 0;
        for (var kernel : kernels.values()) {
            for (float value : kernel.values()) {
                magnitudes[next++] = Math.abs(value);
            }
        }
        Arrays.sort(magnitudes);
        return magnitudes;
    }

    private static long countBelow(float[] sorted, float threshold) {
        int first = Arrays.binarySearch(sorted, threshold);
        while (first > 0 && sorted[first - 1] == threshold) {
            first--;
        }
        return first;
    }
}

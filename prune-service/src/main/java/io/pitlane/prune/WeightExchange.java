package io.pitlane.prune;

import io.pitlane.graph.FloatTensor;
import io.pitlane.training.weights.SparsityMasks;
import java.util.BitSet;
import java.util.Map;

/**
 * Drops the units of a kernel with the smallest weights, and grows as many where the gradient is
 * largest (Evci et al. 2020, algorithm 1). A unit that is dropped can grow again at once, and then
 * keeps its weights.
 *
 * @param units the parts of the kernel that are removed as a whole
 * @param held 0 for weights that an earlier step removed, which never grow; else 1
 */
record WeightExchange(KernelUnits units, FloatTensor held) {

    /**
     * The new mask.
     *
     * @param mask the mask so far
     * @param fraction share of the remaining units that is exchanged
     */
    FloatTensor mask(FloatTensor weights, FloatTensor gradient, FloatTensor mask, double fraction) {
        var kept = units.scores(mask.values());
        var magnitudes = units.scores(weights.values());
        long remaining = 0;
        for (int unit = 0; unit < kept.length; unit++) {
            remaining += kept[unit] > 0 ? 1 : 0;
            magnitudes[unit] = kept[unit] > 0 ? magnitudes[unit] : Float.NaN;
        }
        long exchanged = Math.round(remaining * fraction);
        var dropped = smallest(magnitudes, exchanged);
        var grown = smallest(slopes(gradient, kept, dropped), exchanged);
        var removed = new BitSet();
        for (int unit = 0; unit < kept.length; unit++) {
            boolean isOut = kept[unit] == 0 || dropped.get(unit);
            removed.set(unit, isOut && !grown.get(unit));
        }
        return SparsityMasks.masked(units.mask(removed), held);
    }

    /** Minus the mean absolute gradient of each unit that can grow; NaN for the others. */
    private float[] slopes(FloatTensor gradient, float[] kept, BitSet dropped) {
        var slopes = units.scores(gradient.values());
        var growable = units.scores(held.values());
        for (int unit = 0; unit < slopes.length; unit++) {
            boolean isOut = kept[unit] == 0 && growable[unit] > 0 || dropped.get(unit);
            slopes[unit] = isOut ? -slopes[unit] : Float.NaN;
        }
        return slopes;
    }

    private static BitSet smallest(float[] scores, long count) {
        return SmallestUnits.of(Map.of("", scores), count).get("");
    }
}

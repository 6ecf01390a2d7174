package io.pitlane.prune;

import io.pitlane.contract.pruning.SparsityPattern.NofM;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Scope;
import io.pitlane.contract.step.PruneStep.SparsityRule;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.weights.SparsityMasks;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * The masks of magnitude pruning, computed from weights.
 *
 * <p>1. Each unit of a kernel gets its mean magnitude. 2. The rule says which units may be removed:
 * all but the largest of the kernel (a ratio), those below the threshold or the median, or the
 * smallest of each group (N:M). 3. As many of them are removed as the rule demands, the smallest
 * first.
 */
final class MagnitudeMasks {
    private final PruneStep step;
    private final Map<String, KernelUnits> kernels;
    private final Map<String, FloatTensor> held;

    /**
     * The masks of some kernels.
     *
     * @param kernels how each is divided into units, by the names of their Consts
     * @param held by kernel, 0 for weights that an earlier step removed, which stay removed; else 1
     */
    MagnitudeMasks(
            PruneStep step, Map<String, KernelUnits> kernels, Map<String, FloatTensor> held) {
        this.step = step;
        this.kernels = kernels;
        this.held = held;
    }

    /** 0 where a weight is removed, else 1, in the shapes of the kernels. */
    Map<String, FloatTensor> of(Map<String, FloatTensor> weights) {
        return of(weights, sparsity -> sparsity);
    }

    /**
     * The masks on the way to the final sparsity.
     *
     * @param now the share of units to remove now, for the share that is removed finally
     */
    Map<String, FloatTensor> of(Map<String, FloatTensor> weights, DoubleUnaryOperator now) {
        var scores = new LinkedHashMap<String, float[]>();
        kernels.forEach(
                (name, units) -> scores.put(name, units.scores(weights.get(name).values())));
        var removed = new LinkedHashMap<String, BitSet>();
        if (step.scope() == Scope.LAYERWISE) {
            scores.forEach((name, of) -> removed.putAll(remove(Map.of(name, of), now)));
        } else {
            removed.putAll(remove(scores, now));
        }
        var masks = new LinkedHashMap<String, FloatTensor>();
        removed.forEach(
                (name, units) ->
                        masks.put(
                                name,
                                SparsityMasks.masked(
                                        kernels.get(name).mask(units), held.get(name))));
        return masks;
    }

    private Map<String, BitSet> remove(Map<String, float[]> scores, DoubleUnaryOperator now) {
        long units = scores.keySet().stream().mapToLong(name -> kernels.get(name).count()).sum();
        scores.forEach(this::spare);
        long candidates = scores.values().stream().mapToLong(SmallestUnits::count).sum();
        double share = units == 0 ? 0 : (double) candidates / units;
        double sparsity = step.rule() == SparsityRule.RATIO ? step.ratio() : share;
        return SmallestUnits.of(scores, Math.round(units * now.applyAsDouble(sparsity)));
    }

    /** Leaves the scores of the units that the rule may remove; the others become NaN. */
    private void spare(String name, float[] scores) {
        if (step.sparsityPattern().orElse(null) instanceof NofM pattern) {
            spareLargestOfGroups(kernels.get(name), scores, pattern);
            return;
        }
        switch (step.rule()) {
            case RATIO -> spareLargest(scores);
            case THRESHOLD -> {
                spareLargest(scores);
                spareFrom(scores, step.threshold());
            }
            case MEDIAN -> spareFrom(scores, median(scores));
        }
    }

    /** A kernel of zeros alone would cut the network. */
    private static void spareLargest(float[] scores) {
        int largest = -1;
        for (int unit = 0; unit < scores.length; unit++) {
            if (!Float.isNaN(scores[unit]) && (largest < 0 || scores[unit] > scores[largest])) {
                largest = unit;
            }
        }
        spareUnit(scores, largest);
    }

    /** There is none where training diverged and no weight is a number. */
    private static void spareUnit(float[] scores, int unit) {
        if (unit >= 0) {
            scores[unit] = Float.NaN;
        }
    }

    private static void spareFrom(float[] scores, double limit) {
        for (int unit = 0; unit < scores.length; unit++) {
            scores[unit] = scores[unit] < limit ? scores[unit] : Float.NaN;
        }
    }

    /** The median of the scores; of an even number, the mean of the two in the middle. */
    private static double median(float[] scores) {
        var sorted = scores.clone();
        Arrays.sort(sorted);
        int count = SmallestUnits.count(scores);
        return ((double) sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }

    private static void spareLargestOfGroups(KernelUnits units, float[] scores, NofM pattern) {
        for (int weight = 0; weight < scores.length; weight++) {
            if (units.column(weight) % pattern.of() == 0) {
                spareLargest(units, scores, weight, pattern);
            }
        }
    }

    private static void spareLargest(KernelUnits units, float[] scores, int first, NofM pattern) {
        int column = units.column(first);
        for (int kept = 0; kept < pattern.kept(); kept++) {
            int largest = -1;
            for (int i = 0; i < pattern.of(); i++) {
                int weight = units.inColumn(first, column + i);
                // Of equal weights the first one stays.
                if (!Float.isNaN(scores[weight])
                        && (largest < 0 || scores[weight] > scores[largest])) {
                    largest = weight;
                }
            }
            spareUnit(scores, largest);
        }
    }
}

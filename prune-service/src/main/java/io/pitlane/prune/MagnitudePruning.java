package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.weights.SparsityMasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sets the weights of smallest magnitude to zero (Han et al. 2015, "Learning both Weights and
 * Connections for Efficient Neural Networks"): single ones, blocks, rows, or the smallest of each
 * group of N:M. The model keeps its shapes; it becomes smaller when packed, not faster.
 *
 * <pre>{@code
 * var pruned = new MagnitudePruning(step).prune(graph);
 * pruned.masks();   // 0 where a weight was removed: fine-tuning keeps it at zero
 * }</pre>
 */
final class MagnitudePruning {
    private final PruneStep step;

    /** Pruning as a step with {@code method: magnitude} says. */
    MagnitudePruning(PruneStep step) {
        this.step = step;
    }

    /**
     * A model with more zero weights.
     *
     * @param graph the model
     * @param masks by the name of a kernel's Const: 0 where a weight is removed, else 1
     * @param notes the sparsity reached, and what was left alone
     */
    record Pruned(FlatGraph graph, Map<String, FloatTensor> masks, List<String> notes) {}

    /** Removes the smallest weights of the kernels of convolutions and dense layers. */
    Pruned prune(FlatGraph graph) {
        var kernels = new PrunableKernels(graph, step);
        var masks =
                new MagnitudeMasks(step, kernels.units(), SparsityMasks.of(graph))
                        .of(kernels.weights());
        var editor = graph.edit();
        masks.forEach(
                (name, mask) ->
                        editor.put(masked(kernels.weights().get(name), mask).toConst(name)));
        return new Pruned(editor.build(), masks, notes(masks, kernels.leftAlone()));
    }

    private static FloatTensor masked(FloatTensor kernel, FloatTensor mask) {
        var values = kernel.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = mask.values()[i] == 0 ? 0 : values[i];
        }
        return new FloatTensor(values, kernel.shape());
    }

    private static List<String> notes(Map<String, FloatTensor> masks, List<String> leftAlone) {
        long weights = 0;
        long removed = 0;
        for (var mask : masks.values()) {
            weights += mask.values().length;
            for (float kept : mask.values()) {
                removed += kept == 0 ? 1 : 0;
            }
        }
        var notes = new ArrayList<String>();
        notes.add(
                String.format(
                        Locale.ROOT,
                        "weights removed: %d of %d in %d kernels, a sparsity of %.4f",
                        removed,
                        weights,
                        masks.size(),
                        weights == 0 ? 0 : (double) removed / weights));
        notes.add("left alone: biases and batch norm");
        leftAlone.forEach(layers -> notes.add("left alone: " + layers));
        return List.copyOf(notes);
    }
}

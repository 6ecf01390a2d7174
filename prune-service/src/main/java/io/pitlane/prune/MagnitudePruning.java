package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.SparsityMasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
     * @param schedule how the masks change during fine-tuning
     * @param notes the sparsity reached, and what was left alone
     */
    record Pruned(
            FlatGraph graph,
            Map<String, FloatTensor> masks,
            MaskSchedule schedule,
            List<String> notes) {}

    /** Removes the smallest weights of the kernels of convolutions and dense layers. */
    Pruned prune(FlatGraph graph) {
        var kernels = new PrunableKernels(graph, step);
        var held = held(kernels.weights(), SparsityMasks.of(graph));
        var masks =
                MagnitudeSchedule.isPrunedBefore(step)
                        ? new MagnitudeMasks(step, kernels.units(), held).of(kernels.weights())
                        : held;
        var schedule =
                MagnitudeSchedule.isNeeded(step)
                        ? new MagnitudeSchedule(step, kernels.units(), held, masks)
                        : MaskSchedule.NONE;
        var editor = graph.edit();
        masks.forEach(
                (name, mask) ->
                        editor.put(
                                SparsityMasks.masked(kernels.weights().get(name), mask)
                                        .toConst(name)));
        var pruned = editor.build();
        return new Pruned(pruned, masks, schedule, notes(pruned, masks, kernels.leftAlone()));
    }

    private static Map<String, FloatTensor> held(
            Map<String, FloatTensor> kernels, Map<String, FloatTensor> earlier) {
        var held = new LinkedHashMap<String, FloatTensor>();
        kernels.forEach(
                (name, kernel) ->
                        held.put(
                                name,
                                earlier.containsKey(name)
                                        ? earlier.get(name)
                                        : kernel.map(weight -> 1)));
        return held;
    }

    private List<String> notes(
            FlatGraph pruned, Map<String, FloatTensor> masks, List<String> leftAlone) {
        var notes = new ArrayList<String>();
        notes.add(
                MagnitudeSchedule.isPrunedBefore(step)
                        ? Sparsity.of(pruned, masks.keySet()).describe()
                        : "weights are removed during fine-tuning, in %d kernels"
                                .formatted(masks.size()));
        notes.add("left alone: biases and batch norm");
        leftAlone.forEach(layers -> notes.add("left alone: " + layers));
        return List.copyOf(notes);
    }
}

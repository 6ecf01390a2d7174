package io.pitlane.training;

import io.pitlane.graph.FloatTensor;
import io.pitlane.training.optimizer.Variable;
import io.pitlane.training.optimizer.VariableStore;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.SparsityMasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The pruning masks of a training graph that change. They are variables, so that they are part of a
 * checkpoint.
 */
final class ChangingMasks {
    private static final String MASK = "/pitlane_mask";

    private final Map<String, Variable> masks = new LinkedHashMap<>();
    private final List<Variable> untrained;

    /**
     * Adds the masks to a graph.
     *
     * @param initial by the name of the weight
     * @param untrained those of the weights that no gradient updates
     */
    ChangingMasks(Ops tf, Map<String, FloatTensor> initial, List<Variable> untrained) {
        initial.forEach((name, mask) -> masks.put(name, Variable.added(tf, name + MASK, mask)));
        this.untrained = List.copyOf(untrained);
    }

    /** The weights that only a change of the masks updates. */
    List<Variable> untrained() {
        return untrained;
    }

    /** Every variable that training would not have without these masks. */
    List<Variable> variables() {
        var all = new ArrayList<>(masks.values());
        all.addAll(untrained);
        return all;
    }

    /** The masks as the graph reads them, by the name of the weight. */
    Map<String, Operand<TFloat32>> values() {
        var values = new LinkedHashMap<String, Operand<TFloat32>>();
        masks.forEach((name, mask) -> values.put(name, mask.value()));
        return values;
    }

    /** Whether the mask of this weight changes. */
    boolean contains(Variable weight) {
        return masks.containsKey(weight.name());
    }

    /**
     * Changes the masks, and sets to zero what they remove. A weight that returns starts at zero,
     * with accumulators of zero.
     *
     * @param accumulators of the optimizer
     * @param next the new masks
     * @param gradients of the weights, by name, where they are known
     */
    void change(
            VariableStore store,
            List<Variable> accumulators,
            Function<MaskSchedule.State, Map<String, FloatTensor>> next,
            Map<String, FloatTensor> gradients) {
        var weights = store.read(masks.keySet());
        var before = new LinkedHashMap<String, FloatTensor>();
        var read = store.read(masks.values().stream().map(Variable::name).toList());
        masks.forEach((name, mask) -> before.put(name, read.get(mask.name())));
        var changed = new LinkedHashMap<String, FloatTensor>();
        next.apply(new MaskSchedule.State(weights, before, gradients))
                .forEach(
                        (name, mask) -> {
                            changed.put(masks.get(name).name(), mask);
                            changed.put(name, SparsityMasks.masked(weights.get(name), mask));
                        });
        changed.putAll(cleared(store, accumulators, before));
        store.write(changed);
    }

    private static Map<String, FloatTensor> cleared(
            VariableStore store, List<Variable> accumulators, Map<String, FloatTensor> before) {
        var masked = new LinkedHashMap<String, FloatTensor>();
        before.forEach(
                (name, mask) ->
                        accumulators.stream()
                                .filter(of -> of.isAccumulatorOf(name))
                                .forEach(of -> masked.put(of.name(), mask)));
        store.read(masked.keySet())
                .forEach(
                        (name, values) ->
                                masked.put(name, SparsityMasks.masked(values, masked.get(name))));
        return masked;
    }
}

package io.pitlane.prune;

import io.pitlane.contract.pruning.SparsitySchedule;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.weights.MaskSchedule;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The masks of magnitude pruning during fine-tuning: the sparsity grows along a curve, each time by
 * the magnitudes of the weights at that step; then removed weights are exchanged for others.
 *
 * @param step with {@code method: magnitude}
 * @param units how each kernel is divided, by the name of its Const
 * @param held by kernel, 0 for weights that an earlier step removed, else 1
 * @param initial the masks before training
 */
record MagnitudeSchedule(
        PruneStep step,
        Map<String, KernelUnits> units,
        Map<String, FloatTensor> held,
        Map<String, FloatTensor> initial)
        implements MaskSchedule {

    /** Whether the masks of a step change during its training. */
    static boolean isNeeded(PruneStep step) {
        return step.regrowth() != null || !isPrunedBefore(step);
    }

    /** Whether a step removes everything before its training. */
    static boolean isPrunedBefore(PruneStep step) {
        return SparsityCurve.isBeforeTraining(schedule(step));
    }

    private static SparsitySchedule schedule(PruneStep step) {
        return step.schedule() == null ? SparsitySchedule.AT_ONCE : step.schedule();
    }

    private SparsityCurve curve(long steps) {
        return new SparsityCurve(schedule(step), steps);
    }

    private Exchanges exchanges(long steps) {
        return new Exchanges(step.regrowth(), curve(steps).end(), steps);
    }

    @Override
    public Change at(long number, long steps) {
        if (!isPrunedBefore(step) && curve(steps).growsAt(number)) {
            return Change.BY_WEIGHTS;
        }
        return step.regrowth() != null && exchanges(steps).isAt(number)
                ? Change.BY_GRADIENTS
                : Change.NONE;
    }

    @Override
    public Map<String, FloatTensor> masks(long number, long steps, State state) {
        if (at(number, steps) == Change.BY_WEIGHTS) {
            var curve = curve(steps);
            return new MagnitudeMasks(step, units, held)
                    .of(state.weights(), target -> curve.at(number, target));
        }
        double fraction = exchanges(steps).fraction(number);
        var masks = new LinkedHashMap<String, FloatTensor>();
        state.gradients()
                .forEach(
                        (name, gradient) ->
                                masks.put(
                                        name,
                                        new WeightExchange(units.get(name), held.get(name))
                                                .mask(
                                                        state.weights().get(name),
                                                        gradient,
                                                        state.masks().get(name),
                                                        fraction)));
        return masks;
    }

    @Override
    public boolean isFinal(long number, long steps) {
        return isPrunedBefore(step) || number >= curve(steps).end();
    }

    @Override
    public String describe() {
        return step.toString();
    }
}

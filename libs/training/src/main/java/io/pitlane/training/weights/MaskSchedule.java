package io.pitlane.training.weights;

import io.pitlane.graph.FloatTensor;
import java.util.Map;

/**
 * Pruning masks that change during a training. They are computed from what the training has at that
 * step, so that a resumed training has the same masks as an uninterrupted one.
 *
 * <p>Masks hold 0 for a weight that is removed and 1 elsewhere, in the shapes of the weights, by
 * the names of their Consts. Steps count from 0; a change at a step is done before it.
 */
public interface MaskSchedule {

    /** Masks that do not change. */
    MaskSchedule NONE = new Unchanged(false);

    /** The same in a training whose model is finished in its last epoch only. */
    MaskSchedule FINAL_AT_THE_END = new Unchanged(true);

    /**
     * Masks that do not change.
     *
     * @param finalAtTheEnd whether only the last step is final
     */
    record Unchanged(boolean finalAtTheEnd) implements MaskSchedule {
        @Override
        public Map<String, FloatTensor> initial() {
            return Map.of();
        }

        @Override
        public Change at(long step, long steps) {
            return Change.NONE;
        }

        @Override
        public Map<String, FloatTensor> masks(long step, long steps, State state) {
            throw new IllegalStateException("the masks do not change");
        }

        @Override
        public boolean isFinal(long step, long steps) {
            return !finalAtTheEnd || step == steps - 1;
        }

        @Override
        public String describe() {
            return finalAtTheEnd ? "final at the end" : "";
        }
    }

    /** What a change of the masks needs. */
    enum Change {
        NONE,
        /** The weights alone. */
        BY_WEIGHTS,
        /**
         * The gradients of a batch too. The batch is used for these only, not for a step of the
         * optimizer.
         */
        BY_GRADIENTS
    }

    /**
     * What masks are computed from, by the names of the weights.
     *
     * @param weights their values
     * @param masks the masks so far
     * @param gradients of the loss of a batch, also of removed weights; without the weights that
     *     the training does not update, and empty for {@link Change#BY_WEIGHTS}
     */
    record State(
            Map<String, FloatTensor> weights,
            Map<String, FloatTensor> masks,
            Map<String, FloatTensor> gradients) {}

    /** The masks before the first step, of every weight whose mask changes. */
    Map<String, FloatTensor> initial();

    /**
     * Whether the masks change before a step.
     *
     * @param steps number of steps of the training
     */
    Change at(long step, long steps);

    /** The masks from this step on. */
    Map<String, FloatTensor> masks(long step, long steps, State state);

    /** Whether the final sparsity is reached in this step; -1 is before the training. */
    boolean isFinal(long step, long steps);

    /** Everything that the masks depend on, for the identity of a training. */
    String describe();
}

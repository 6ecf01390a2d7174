package io.pitlane.training;

import io.pitlane.data.batch.Batch;
import io.pitlane.training.TrainingGraph.StepResult;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.MaskSchedule.Change;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Changes the pruning masks of a training graph when they are due.
 *
 * @param steps number of steps of the training
 */
record MaskUpdates(TrainingGraph graph, MaskSchedule schedule, long steps) {

    /**
     * Changes the masks before a step, if that is due.
     *
     * @param microBatches those of the step
     * @param remaining remaining share of the training, 0..1
     * @return the loss and the norm of the gradients, where these were needed; the batch is then
     *     used up, and the masks are unchanged if they are not finite
     */
    Optional<StepResult> before(long step, Iterator<Batch> microBatches, double remaining) {
        var change = schedule.at(step, steps);
        if (change == Change.NONE) {
            return Optional.empty();
        }
        if (change == Change.BY_WEIGHTS) {
            graph.changeMasks(state -> schedule.masks(step, steps, state), Map.of());
            return Optional.empty();
        }
        var gradients = graph.gradientsOfMasked(microBatches, remaining);
        if (gradients.step().isFinite()) {
            graph.changeMasks(state -> schedule.masks(step, steps, state), gradients.byName());
        }
        return Optional.of(gradients.step());
    }

    /** Whether the weights after so many steps have the final sparsity. */
    boolean isFinalAfter(long done) {
        return schedule.isFinal(done - 1, steps);
    }
}

package io.pitlane.training.checkpoint;

import io.pitlane.graph.FloatTensor;
import java.util.Map;

/**
 * The complete state of a training: a resumed training gives the same weights as an uninterrupted
 * one.
 *
 * @param position epoch, batch and step
 * @param best the best epoch so far
 * @param variables values of all variables, optimizer included, by name; empty after the end
 */
public record TrainingState(
        TrainingPosition position, BestEpoch best, Map<String, FloatTensor> variables) {

    /** Whether the training has ended. */
    public boolean isOver() {
        return variables.isEmpty();
    }
}

package io.pitlane.training.checkpoint;

import io.pitlane.graph.FloatTensor;
import java.util.Map;

/**
 * Everything that a training needs to resume as if it had never stopped.
 *
 * @param position how far it is
 * @param best the best epoch so far
 * @param variables everything that training changes, by name; empty once it is over
 */
public record TrainingState(
        TrainingPosition position, BestEpoch best, Map<String, FloatTensor> variables) {

    /** Whether nothing is left to do. */
    public boolean isOver() {
        return variables.isEmpty();
    }
}

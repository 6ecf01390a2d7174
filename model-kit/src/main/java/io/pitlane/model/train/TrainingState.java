package io.pitlane.model.train;

import io.pitlane.model.graph.FloatTensor;
import java.util.Map;

/**
 * Everything that a training needs to resume as if it had never stopped.
 *
 * @param position how far it is
 * @param best the best epoch so far
 * @param variables everything that training changes, by name; empty once it is over
 */
record TrainingState(
        TrainingPosition position, BestEpoch best, Map<String, FloatTensor> variables) {

    /** Whether nothing is left to do. */
    boolean isOver() {
        return variables.isEmpty();
    }
}

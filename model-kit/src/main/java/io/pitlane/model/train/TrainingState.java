package io.pitlane.model.train;

import io.pitlane.model.graph.FloatTensor;
import java.util.Map;

/**
 * All that a training needs to go on as if it had never stopped.
 *
 * @param position where it stands
 * @param best the best epoch so far
 * @param variables everything that training changes, by name; empty once it is over
 */
record TrainingState(Position position, Best best, Map<String, FloatTensor> variables) {

    /** Whether nothing is left to do. */
    boolean isOver() {
        return variables.isEmpty();
    }
}

package io.pitlane.formats.export;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A node that a format cannot express.
 *
 * @param node its name
 * @param op its TensorFlow operation
 * @param reason why, as the end of a sentence: "its kernel is computed"
 */
public record ExportObstacle(String node, String op, String reason) {

    /**
     * Requires that nothing stands in the way of an export.
     *
     * @param format the format as users know it
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT otherwise, naming all
     */
    public static void requireNone(String format, List<ExportObstacle> obstacles) {
        if (!obstacles.isEmpty()) {
            throw invalidInput(
                    obstacles.stream()
                            .map(ExportObstacle::toString)
                            .collect(
                                    Collectors.joining(
                                            "\n  ",
                                            "The model cannot be exported to " + format + ":\n  ",
                                            "")),
                    "Nothing was written. Replace these operations in the model and export its"
                            + " SavedModel again.");
        }
    }

    @Override
    public String toString() {
        return "'" + node + "' (" + op + "): " + reason;
    }
}

package io.pitlane.formats.export;

/**
 * A node that a format cannot express.
 *
 * @param node its name
 * @param op its TensorFlow operation
 * @param reason why, as the end of a sentence: "its kernel is computed"
 */
public record ExportObstacle(String node, String op, String reason) {

    @Override
    public String toString() {
        return "'" + node + "' (" + op + "): " + reason;
    }
}

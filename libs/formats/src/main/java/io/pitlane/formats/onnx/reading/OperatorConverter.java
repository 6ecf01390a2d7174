package io.pitlane.formats.onnx.reading;

/** Writes the TensorFlow operations that compute what one ONNX node computes. */
@FunctionalInterface
interface OperatorConverter {
    /**
     * Writes the operations and sets the node's results.
     *
     * @throws UnsupportedOperatorException when TensorFlow cannot express this node
     */
    void convert(OnnxNode node);
}

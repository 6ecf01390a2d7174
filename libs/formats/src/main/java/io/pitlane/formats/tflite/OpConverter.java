package io.pitlane.formats.tflite;

import io.pitlane.formats.export.UnsupportedNodeException;

/** Writes one TensorFlow operation as TFLite operators. */
@FunctionalInterface
interface OpConverter {

    /**
     * Writes the operators and says which tensors are the results.
     *
     * @throws UnsupportedNodeException when TFLite, or this converter, cannot express the node;
     *     what has been written by then is not used
     */
    void convert(OpNode node);
}

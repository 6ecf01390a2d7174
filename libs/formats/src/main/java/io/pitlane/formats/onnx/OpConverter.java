package io.pitlane.formats.onnx;

import io.pitlane.formats.export.UnsupportedNodeException;

/** Writes one TensorFlow operation as ONNX nodes. */
@FunctionalInterface
interface OpConverter {

    /**
     * Writes the nodes and says which tensors are the results.
     *
     * @throws UnsupportedNodeException when ONNX, or this converter, cannot express the node; what
     *     has been written by then is not used
     */
    void convert(OpNode node);
}

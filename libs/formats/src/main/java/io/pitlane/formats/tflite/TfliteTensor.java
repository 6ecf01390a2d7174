package io.pitlane.formats.tflite;

import io.pitlane.graph.quantization.Quantization;

/**
 * A tensor of the TFLite graph.
 *
 * @param index its place in the list of tensors
 * @param type its element type, a {@link org.tensorflow.lite.schema.TensorType}
 * @param rank number of its axes
 * @param quantization what its integers stand for; null where it holds the values themselves
 */
record TfliteTensor(int index, byte type, int rank, Quantization quantization) {

    /** Whether its integers stand for other values. */
    boolean isQuantized() {
        return quantization != null;
    }
}

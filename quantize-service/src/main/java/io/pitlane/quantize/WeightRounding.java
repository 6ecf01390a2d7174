package io.pitlane.quantize;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;

/** Gives the weights of a layer values that take fewer bits. */
interface WeightRounding {

    /**
     * Rounded weights.
     *
     * @param values in the shape of the weights
     * @param quantization of which the values are integers; empty where they are no integers
     */
    record Rounded(FloatTensor values, Optional<Quantization> quantization) {}

    /**
     * Rounds weights; zeros stay zeros.
     *
     * @param axis of the output channels; {@link Quantization#PER_TENSOR} where no axis has them
     */
    Rounded round(FloatTensor weights, int axis);

    /** What it made of the weights, for the notes, as the end of "3 of 4 layers with". */
    String description();
}

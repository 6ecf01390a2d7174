package io.pitlane.contract.finding;

import io.pitlane.contract.quantization.Calibration.Method;
import java.util.List;

/**
 * The ranges of activations that calibration chose; values outside saturate.
 *
 * @param tensors every calibrated tensor, in the order of the graph
 */
public record CalibrationRanges(List<TensorRange> tensors) implements Finding {

    public CalibrationRanges {
        tensors = tensors == null ? List.of() : List.copyOf(tensors);
    }

    /**
     * The range of one tensor, in the unit of its values.
     *
     * @param tensor the layer whose output it is, or else its name
     * @param min the lowest value that is represented
     * @param max the highest one
     * @param method how it follows from the observed values; {@link Method#MIN_MAX} for the model's
     *     inputs
     */
    public record TensorRange(String tensor, float min, float max, Method method) {}
}

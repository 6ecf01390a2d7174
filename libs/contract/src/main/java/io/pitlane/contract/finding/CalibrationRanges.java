package io.pitlane.contract.finding;

import io.pitlane.contract.quantization.Calibration;
import java.util.List;

/**
 * The ranges of activations that calibration chose; values outside saturate.
 *
 * @param calibration how they were estimated
 * @param tensors every calibrated tensor, in the order of the graph
 */
public record CalibrationRanges(Calibration calibration, List<TensorRange> tensors)
        implements Finding {

    public CalibrationRanges {
        tensors = tensors == null ? List.of() : List.copyOf(tensors);
    }

    /**
     * The range of one tensor, in the unit of its values.
     *
     * @param tensor its name in the graph
     * @param min the lowest value inside
     * @param max the highest value inside
     */
    public record TensorRange(String tensor, float min, float max) {}
}

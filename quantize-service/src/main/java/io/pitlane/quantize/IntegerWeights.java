package io.pitlane.quantize;

import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;

/**
 * Weights as signed integers of few bits, symmetric around 0, for float arithmetic. The largest
 * weight of a channel, or of the layer, is the largest integer.
 */
final class IntegerWeights implements WeightRounding {
    private final WeightOptions options;

    IntegerWeights(WeightOptions options) {
        this.options = options;
    }

    @Override
    public Rounded round(FloatTensor weights, int axis) {
        int channelAxis =
                options.granularity() == Granularity.PER_CHANNEL ? axis : Quantization.PER_TENSOR;
        var limits = limits(weights, channelAxis);
        var quantization = new Quantization(options.bits(), true, limits, 0, channelAxis);
        return new Rounded(quantization.rounded(weights), Optional.of(quantization));
    }

    private float[] limits(FloatTensor weights, int axis) {
        var shape = weights.shape();
        int inner = 1;
        for (int after = axis + 1; after < shape.length; after++) {
            inner *= (int) shape[after];
        }
        var limits = new float[axis == Quantization.PER_TENSOR ? 1 : (int) shape[axis]];
        var values = weights.values();
        for (int i = 0; i < values.length; i++) {
            int channel = i / inner % limits.length;
            limits[channel] = Math.max(limits[channel], Math.abs(values[i]));
        }
        for (int channel = 0; channel < limits.length; channel++) {
            // Zeros work with any scale, but the inverse of a tiny one is not finite.
            limits[channel] = limits[channel] < Float.MIN_NORMAL * 128 ? 1 : limits[channel];
        }
        return limits;
    }

    @Override
    public String description() {
        return "weights of %d bits".formatted(options.bits());
    }
}

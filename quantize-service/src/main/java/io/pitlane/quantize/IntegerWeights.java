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

    private static float[] limits(FloatTensor weights, int axis) {
        var channels = WeightChannels.of(weights, axis);
        var limits = new float[channels.count()];
        for (int channel = 0; channel < limits.length; channel++) {
            float largest = 0;
            for (float weight : channels.channel(channel)) {
                largest = Math.max(largest, Math.abs(weight));
            }
            // Zeros work with any scale, but the inverse of a tiny one is not finite.
            limits[channel] = largest < Float.MIN_NORMAL * Byte.MAX_VALUE ? 1 : largest;
        }
        return limits;
    }

    @Override
    public String description() {
        return "weights of %d bits".formatted(options.bits());
    }
}

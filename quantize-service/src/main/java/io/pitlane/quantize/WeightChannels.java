package io.pitlane.quantize;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.function.UnaryOperator;

/**
 * Weights by their output channels.
 *
 * @param weights all of them
 * @param count number of channels
 * @param inner number of neighbouring weights of one channel
 */
record WeightChannels(FloatTensor weights, int count, int inner) {

    /**
     * The channels along an axis.
     *
     * @param axis {@link Quantization#PER_TENSOR} for one channel of all weights
     */
    static WeightChannels of(FloatTensor weights, int axis) {
        int count = axis == Quantization.PER_TENSOR ? 1 : (int) weights.shape()[axis];
        return new WeightChannels(weights, count, weights.stride(axis));
    }

    /** The weights with each channel replaced by as many values. */
    FloatTensor map(UnaryOperator<float[]> function) {
        var mapped = new float[weights.values().length];
        for (int channel = 0; channel < count; channel++) {
            var values = function.apply(channel(channel));
            for (int i = 0; i < values.length; i++) {
                mapped[index(channel, i)] = values[i];
            }
        }
        return new FloatTensor(mapped, weights.shape());
    }

    /** The weights of a channel. */
    float[] channel(int channel) {
        var values = new float[weights.values().length / count];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights.values()[index(channel, i)];
        }
        return values;
    }

    private int index(int channel, int i) {
        return (i / inner * count + channel) * inner + i % inner;
    }
}

package io.pitlane.quantize;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.Quantization;

/**
 * Weights rounded to signed bytes, symmetric around 0, with one scale per output channel.
 *
 * <p>But for depthwise convolutions, the sum of two neighbouring weights of one sign is in
 * -128..128 steps. A processor without VNNI multiplies unsigned by signed bytes with {@code
 * vpmaddubsw}, which adds two neighbouring products in 16 bits and saturates: 255 * 128 = 32,640
 * still fits. The layer is then exact on every processor, in every format, on whichever it was
 * made; only channels with two large neighbours get a larger scale.
 *
 * @param rounded the values that the bytes stand for, in the shape of the weights
 * @param quantization with the axis of the output channels
 */
record WeightQuantization(FloatTensor rounded, Quantization quantization) {
    private static final int HIGHEST = 127;

    /** Rounds the weights of a layer. */
    static WeightQuantization of(FusedLayer layer) {
        // Depthwise kernels add products in 32 bits on every processor.
        return layer.depthwise()
                ? of(layer.weights(), layer.outputAxis(), (weight, next) -> Math.abs(weight))
                : of(layer.weights(), layer.outputAxis(), WeightQuantization::pairBound);
    }

    /**
     * Rounds weights whose neighbours along an output channel are multiplied in pairs.
     *
     * @param axis of the output channels, the first or the last
     */
    static WeightQuantization of(FloatTensor weights, int axis) {
        return of(weights, axis, WeightQuantization::pairBound);
    }

    /** What must not exceed the limit, for a weight and the next in its channel. */
    private interface Bound {
        float of(float weight, float neighbour);
    }

    private static WeightQuantization of(FloatTensor weights, int axis, Bound bound) {
        var limits = limits(weights, axis, bound);
        var quantization = Quantization.perChannel(limits, axis);
        int inner = inner(weights, axis);
        var rounded = new float[weights.values().length];
        for (int i = 0; i < rounded.length; i++) {
            int channel = i / inner % limits.length;
            int integer = quantization.quantize(weights.values()[i], channel);
            rounded[i] = quantization.dequantize(integer, channel);
        }
        return new WeightQuantization(new FloatTensor(rounded, weights.shape()), quantization);
    }

    private static int inner(FloatTensor weights, int axis) {
        int inner = 1;
        for (int after = axis + 1; after < weights.rank(); after++) {
            inner *= (int) weights.shape()[after];
        }
        return inner;
    }

    private static float[] limits(FloatTensor weights, int axis, Bound bound) {
        int channels = (int) weights.shape()[axis];
        int inner = inner(weights, axis);
        var values = weights.values();
        var limits = new float[channels];
        var last = new float[channels];
        for (int i = 0; i < values.length; i++) {
            int channel = i / inner % channels;
            limits[channel] = Math.max(limits[channel], bound.of(last[channel], values[i]));
            last[channel] = values[i];
        }
        for (int channel = 0; channel < channels; channel++) {
            float limit = Math.max(limits[channel], Math.abs(last[channel]));
            // A channel of zeros works with any scale, but the inverse of a tiny one is not finite.
            limits[channel] = limit < Float.MIN_NORMAL * HIGHEST ? HIGHEST : limit;
        }
        return limits;
    }

    private static float pairBound(float weight, float neighbour) {
        boolean sameSign = weight > 0 == neighbour > 0;
        return Math.abs(sameSign ? weight + neighbour : weight);
    }
}

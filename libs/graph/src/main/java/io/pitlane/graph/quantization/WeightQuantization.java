package io.pitlane.graph.quantization;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;

/**
 * Weights rounded to signed bytes, symmetric around 0, with one scale per output channel or one for
 * all.
 *
 * <p>But for depthwise convolutions, the sum of two neighbouring weights of one sign is in
 * -128..128 steps. A processor without VNNI multiplies unsigned by signed bytes with {@code
 * vpmaddubsw}, which adds two neighbouring products in 16 bits and saturates: 255 * 128 = 32,640
 * still fits. The layer is then exact on every processor, in every format, on whichever it was
 * made; only channels with two large neighbours get a larger scale.
 *
 * @param rounded the values that the bytes stand for, in the shape of the weights
 * @param quantization with the axis of the output channels, or one limit
 */
public record WeightQuantization(FloatTensor rounded, Quantization quantization) {
    private static final int HIGHEST = 127;

    /**
     * Rounds weights whose neighbours along an output channel may be multiplied in pairs.
     *
     * @param axis of the output channels
     */
    public static WeightQuantization of(FloatTensor weights, int axis) {
        return of(weights, axis, WeightQuantization::pairBound);
    }

    /**
     * Rounds weights {@code [H, W, O, 1]} of a depthwise convolution, whose kernels add products in
     * 32 bits on every processor.
     */
    public static WeightQuantization depthwise(FloatTensor weights) {
        return of(weights, 2, (weight, next) -> Math.abs(weight));
    }

    /** The same with one scale for all weights: the largest that a channel needs. */
    public static WeightQuantization perTensor(FloatTensor weights, int axis) {
        return perTensor(weights, axis, WeightQuantization::pairBound);
    }

    /** The same for a depthwise convolution. */
    public static WeightQuantization depthwisePerTensor(FloatTensor weights) {
        return perTensor(weights, 2, (weight, next) -> Math.abs(weight));
    }

    private static WeightQuantization perTensor(FloatTensor weights, int axis, Bound bound) {
        float largest = 0;
        for (float channel : bounds(weights, axis, bound)) {
            largest = Math.max(largest, channel);
        }
        return rounded(weights, Quantization.signed(limit(largest)));
    }

    /**
     * Whether weights that are rounded already keep the bound of neighbours, so that every kernel
     * multiplies them exactly.
     *
     * @param axis of the output channels
     */
    public static boolean isExact(Quantization quantization, FloatTensor rounded, int axis) {
        for (float bound :
                bounds(quantization.integers(rounded), axis, WeightQuantization::pairBound)) {
            if (bound > HIGHEST + 1) {
                return false;
            }
        }
        return true;
    }

    /**
     * A quantized graph whose constant weights are exactly the values that the integers stand for,
     * after they have been changed.
     */
    public static FlatGraph onGrid(FlatGraph graph) {
        var editor = graph.edit();
        for (var node : graph.nodes()) {
            FakeQuantization.of(graph, node)
                    .filter(q -> FloatTensor.isFloatConst(graph.input(node, 0)))
                    .ifPresent(
                            q -> {
                                var constant = graph.input(node, 0);
                                var weights = q.rounded(FloatTensor.of(constant));
                                editor.put(weights.toConst(constant.getName()));
                            });
        }
        return editor.build();
    }

    /** What must not exceed the limit, for a weight and the next in its channel. */
    private interface Bound {
        float of(float weight, float neighbour);
    }

    private static WeightQuantization of(FloatTensor weights, int axis, Bound bound) {
        return rounded(weights, Quantization.perChannel(limits(weights, axis, bound), axis));
    }

    private static WeightQuantization rounded(FloatTensor weights, Quantization quantization) {
        return new WeightQuantization(quantization.rounded(weights), quantization);
    }

    private static float[] limits(FloatTensor weights, int axis, Bound bound) {
        var limits = bounds(weights, axis, bound);
        for (int channel = 0; channel < limits.length; channel++) {
            limits[channel] = limit(limits[channel]);
        }
        return limits;
    }

    /** What the limit of each channel must not be below; 0 for a channel of zeros. */
    private static float[] bounds(FloatTensor weights, int axis, Bound bound) {
        int channels = (int) weights.shape()[axis];
        int stride = weights.stride(axis);
        var values = weights.values();
        var bounds = new float[channels];
        var last = new float[channels];
        for (int i = 0; i < values.length; i++) {
            int channel = i / stride % channels;
            bounds[channel] = Math.max(bounds[channel], bound.of(last[channel], values[i]));
            last[channel] = values[i];
        }
        for (int channel = 0; channel < channels; channel++) {
            bounds[channel] = Math.max(bounds[channel], bound.of(last[channel], 0));
        }
        return bounds;
    }

    /** Zeros work with any scale, but the inverse of a tiny one is not finite. */
    private static float limit(float bound) {
        return bound < Float.MIN_NORMAL * HIGHEST ? HIGHEST : bound;
    }

    private static float pairBound(float weight, float neighbour) {
        boolean sameSign = weight > 0 == neighbour > 0;
        return Math.abs(sameSign ? weight + neighbour : weight);
    }
}

package io.pitlane.tests.techniques.benchmark;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.Random;

/**
 * Channels of very different size, as batch norm folding leaves them in some networks: channel c
 * behind a convolution, its bias and a ReLU is multiplied by s_c, and what the next convolution
 * takes of it by 1/s_c. The function stays the same, for ReLU(s x) = s ReLU(x). The inverse of
 * cross-layer equalization (Nagel et al. 2019, "Data-free quantization").
 */
final class UnbalancedChannels {
    /** Every s_c is 2 to the power of an integer, so that no float is rounded. */
    private static final int LARGEST_EXPONENT = 5;

    private UnbalancedChannels() {}

    /**
     * The graph with scaled channels between two convolutions.
     *
     * @param first kernel {@code [H, W, I, C]}
     * @param bias behind it, {@code [C]}
     * @param second kernel {@code [H, W, C, O]}
     */
    static FlatGraph between(FlatGraph graph, String first, String bias, String second, long seed) {
        var scales = scales(FloatTensor.of(graph.node(bias)).values().length, seed);
        int outputs = (int) FloatTensor.of(graph.node(second)).shape()[3];
        var editor = graph.edit();
        editor.put(scaled(graph, first, i -> scales[i % scales.length]).toConst(first));
        editor.put(scaled(graph, bias, i -> scales[i]).toConst(bias));
        editor.put(
                scaled(graph, second, i -> 1 / scales[i / outputs % scales.length])
                        .toConst(second));
        return editor.build();
    }

    private static float[] scales(int channels, long seed) {
        var random = new Random(seed);
        var scales = new float[channels];
        for (int c = 0; c < channels; c++) {
            int exponent = random.nextInt(2 * LARGEST_EXPONENT + 1) - LARGEST_EXPONENT;
            scales[c] = (float) Math.scalb(1.0, exponent);
        }
        return scales;
    }

    private interface ScaleOfValue {
        float at(int index);
    }

    private static FloatTensor scaled(FlatGraph graph, String constant, ScaleOfValue scale) {
        var tensor = FloatTensor.of(graph.node(constant));
        var values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= scale.at(i);
        }
        return new FloatTensor(values, tensor.shape());
    }
}

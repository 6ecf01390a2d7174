package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.Random;

/** Makes some channels of a net much smaller than others, without a change of what it computes. */
final class Unbalancing {
    private Unbalancing() {}

    /**
     * The graph with each channel between two layers divided by a random number from 1 to {@code
     * most}.
     *
     * @param bias the constant of the first layer's bias
     * @param first the kernel constant of the first layer, whose last axis is the channels; or a
     *     depthwise one of multiplier 1
     * @param second that of the second layer, whose last but one axis is the channels, or several
     *     pixels of them
     */
    static FlatGraph between(
            FlatGraph graph, String first, String bias, String second, double most, long seed) {
        var biases = FloatTensor.of(graph.node(bias));
        int channels = biases.values().length;
        var random = new Random(seed);
        var divisors = random.doubles(channels).map(share -> Math.pow(most, share)).toArray();
        var from = FloatTensor.of(graph.node(first));
        var to = FloatTensor.of(graph.node(second));
        int outputs = (int) to.shape()[to.rank() - 1];
        return graph.edit()
                .put(scaled(biases, i -> 1 / divisors[i]).toConst(bias))
                .put(scaled(from, i -> 1 / divisors[i % channels]).toConst(first))
                .put(scaled(to, i -> divisors[i / outputs % channels]).toConst(second))
                .build();
    }

    private interface Factor {
        double of(int index);
    }

    private static FloatTensor scaled(FloatTensor tensor, Factor factor) {
        var values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * factor.of(i));
        }
        return new FloatTensor(values, tensor.shape());
    }
}

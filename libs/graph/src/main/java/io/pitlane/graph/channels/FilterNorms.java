package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.WeightSlice;

/**
 * The sum of the absolute weights of each filter, or of their squares, with a batch norm right
 * behind the layer folded in: the weights are those that the filter would have without it.
 */
final class FilterNorms {
    private final FlatGraph graph;
    private final FollowingScale scale;
    private final int power;

    /**
     * Norms of the filters of a graph.
     *
     * @param power 1 for the sum of absolute weights (Li et al. 2017, "Pruning Filters for
     *     Efficient ConvNets"), 2 for the sum of squared ones
     */
    FilterNorms(FlatGraph graph, int power) {
        this.graph = graph;
        this.scale = new FollowingScale(graph);
        this.power = power;
    }

    /** One norm for each position along the slice's axis. */
    double[] of(WeightSlice filter) {
        var weights = FloatTensor.of(graph.node(filter.constant()));
        var norms = sums(weights, filter.channels().axis());
        scale.of(filter.constant(), norms.length)
                .ifPresent(
                        factors -> {
                            for (int i = 0; i < norms.length; i++) {
                                norms[i] *= powered(factors[i]);
                            }
                        });
        return norms;
    }

    private double[] sums(FloatTensor weights, int axis) {
        var norms = new double[(int) weights.shape()[axis]];
        int inner = inner(weights, axis);
        var values = weights.values();
        for (int i = 0; i < values.length; i++) {
            norms[i / inner % norms.length] += powered(values[i]);
        }
        return norms;
    }

    private double powered(double value) {
        return power == 1 ? Math.abs(value) : value * value;
    }

    /** Number of values between two neighbours along an axis. */
    static int inner(FloatTensor weights, int axis) {
        int inner = 1;
        for (int i = axis + 1; i < weights.rank(); i++) {
            inner *= (int) weights.shape()[i];
        }
        return inner;
    }
}

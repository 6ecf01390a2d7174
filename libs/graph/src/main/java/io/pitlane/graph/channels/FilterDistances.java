package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.WeightSlice;

/**
 * The sum of the Euclidean distances of each filter to all others of its layer: the filter nearest
 * to the geometric median is the one that the others replace best (He et al. 2019, "Filter Pruning
 * via Geometric Median for Deep Convolutional Neural Networks Acceleration", equation 8). A batch
 * norm right behind the layer is folded in.
 */
final class FilterDistances {
    private final FlatGraph graph;
    private final FollowingScale scale;

    FilterDistances(FlatGraph graph) {
        this.graph = graph;
        this.scale = new FollowingScale(graph);
    }

    /** One sum of distances for each position along the slice's axis. */
    double[] of(WeightSlice filter) {
        var filters = filters(filter);
        var sums = new double[filters.length];
        for (int i = 0; i < filters.length; i++) {
            for (int j = i + 1; j < filters.length; j++) {
                double distance = distance(filters[i], filters[j]);
                sums[i] += distance;
                sums[j] += distance;
            }
        }
        return sums;
    }

    private float[][] filters(WeightSlice filter) {
        var weights = FloatTensor.of(graph.node(filter.constant()));
        int axis = filter.channels().axis();
        int count = (int) weights.shape()[axis];
        int inner = FilterNorms.inner(weights, axis);
        var factors = scale.of(filter.constant(), count);
        var values = weights.values();
        var filters = new float[count][values.length / count];
        for (int i = 0; i < values.length; i++) {
            int position = i / inner % count;
            int within = i / (inner * count) * inner + i % inner;
            filters[position][within] =
                    factors.isPresent() ? values[i] * factors.get()[position] : values[i];
        }
        return filters;
    }

    private static double distance(float[] one, float[] other) {
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = one[i] - other[i];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }
}

package io.pitlane.quantize;

import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Initialization;
import io.pitlane.graph.FloatTensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * Weight sharing (Han et al., Deep Compression, ICLR 2016, section 3): the weights of a layer are
 * clustered by k-means, and each becomes the centroid of its cluster. Zeros are a value of their
 * own, so that the mask of a pruned layer stays.
 *
 * <ol>
 *   <li>Place the centroids.
 *   <li>Lloyd's algorithm: every weight joins the nearest centroid, which moves to the mean of its
 *       weights, until none moves.
 * </ol>
 */
final class SharedWeights implements WeightRounding {
    private static final int DEFAULT_CLUSTERS = 16;
    private static final int MAX_ITERATIONS = 300;

    private final int clusters;
    private final Initialization initialization;

    SharedWeights(WeightOptions options) {
        this.clusters = options.clusters() == null ? DEFAULT_CLUSTERS : options.clusters();
        this.initialization =
                options.initialization() == null ? Initialization.LINEAR : options.initialization();
    }

    @Override
    public Rounded round(FloatTensor weights, int axis) {
        var sorted = new SortedValues(nonZero(weights.values()));
        if (sorted.size() == 0) {
            return new Rounded(weights, Optional.empty());
        }
        var centroids =
                refined(sorted, CentroidInitialization.of(initialization, sorted, clusters));
        return new Rounded(
                weights.map(weight -> weight == 0 ? 0 : nearest(centroids, weight)),
                Optional.empty());
    }

    private static float[] nonZero(float... weights) {
        var values = new float[weights.length];
        int count = 0;
        for (float weight : weights) {
            if (weight != 0) {
                values[count++] = weight;
            }
        }
        return Arrays.copyOf(values, count);
    }

    private static double[] refined(SortedValues sorted, double[] first) {
        var centroids = first.clone();
        for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
            var moved = centroids.clone();
            int from = 0;
            for (int i = 0; i < centroids.length; i++) {
                boolean isLast = i == centroids.length - 1;
                int to =
                        isLast
                                ? sorted.size()
                                : sorted.countUpTo((centroids[i] + centroids[i + 1]) / 2);
                if (to > from) {
                    moved[i] = sorted.mean(from, to);
                }
                from = Math.max(from, to);
            }
            if (Arrays.equals(moved, centroids)) {
                return centroids;
            }
            centroids = moved;
        }
        return centroids;
    }

    private static double nearest(double[] centroids, double weight) {
        int at = Arrays.binarySearch(centroids, weight);
        int above = Math.min(centroids.length - 1, at >= 0 ? at : -at - 1);
        int below = Math.max(0, above - 1);
        return weight - centroids[below] <= centroids[above] - weight
                ? centroids[below]
                : centroids[above];
    }

    @Override
    public String description() {
        return "at most %d distinct weights beside 0".formatted(clusters);
    }
}

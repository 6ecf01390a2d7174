package io.pitlane.prune;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.Collection;
import java.util.Locale;

/**
 * The zeros of some kernels.
 *
 * @param zeros number of weights that are zero
 * @param weights number of all weights
 * @param kernels number of kernels
 */
record Sparsity(long zeros, long weights, int kernels) {

    /** Counts the zeros of the kernels of these names. */
    static Sparsity of(FlatGraph graph, Collection<String> kernels) {
        long zeros = 0;
        long weights = 0;
        for (var name : kernels) {
            var values = FloatTensor.of(graph.node(name)).values();
            weights += values.length;
            for (float weight : values) {
                zeros += weight == 0 ? 1 : 0;
            }
        }
        return new Sparsity(zeros, weights, kernels.size());
    }

    /** A sentence for the notes. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "weights removed: %d of %d in %d kernels, a sparsity of %.4f",
                zeros,
                weights,
                kernels,
                weights == 0 ? 0 : (double) zeros / weights);
    }
}

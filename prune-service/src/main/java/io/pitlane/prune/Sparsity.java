package io.pitlane.prune;

import io.pitlane.contract.finding.WeightSparsity;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.operation.LayerKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The zeros of some kernels.
 *
 * @param layers those of the kernels, in the order of the graph
 */
record Sparsity(List<WeightSparsity.Layer> layers) {

    /** Counts the zeros of the kernels of these names. */
    static Sparsity of(FlatGraph graph, Set<String> kernels) {
        var layers = new ArrayList<WeightSparsity.Layer>();
        var left = new HashSet<>(kernels);
        for (var node : graph.nodes()) {
            LayerKernel.of(graph, node)
                    .filter(kernel -> left.remove(kernel.name()))
                    .ifPresent(kernel -> layers.add(layer(kernel)));
        }
        return new Sparsity(layers);
    }

    private static WeightSparsity.Layer layer(LayerKernel kernel) {
        var values = kernel.values().values();
        long zeros = 0;
        for (float weight : values) {
            zeros += weight == 0 ? 1 : 0;
        }
        return new WeightSparsity.Layer(kernel.layer().getName(), values.length, zeros);
    }

    /** A sentence for the notes. */
    String describe() {
        long zeros = layers.stream().mapToLong(WeightSparsity.Layer::zeros).sum();
        long weights = layers.stream().mapToLong(WeightSparsity.Layer::weights).sum();
        return String.format(
                Locale.ROOT,
                "weights removed: %d of %d in %d kernels, a sparsity of %.4f",
                zeros,
                weights,
                layers.size(),
                weights == 0 ? 0 : (double) zeros / weights);
    }
}

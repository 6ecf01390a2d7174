package io.pitlane.distill;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.LayerKernel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Masks that keep at zero what magnitude pruning set to zero. Training hardly ever leaves a weight
 * at exactly zero, so a kernel with some zeros was pruned.
 */
final class SparsityMasks {
    private SparsityMasks() {}

    /** 0/1 by the name of a kernel's Const, for kernels where some weights are zero. */
    static Map<String, FloatTensor> of(FlatGraph graph) {
        var masks = new LinkedHashMap<String, FloatTensor>();
        for (var node : graph.nodes()) {
            LayerKernel.of(graph, node).ifPresent(kernel -> addWhereSomeAreZero(kernel, masks));
        }
        return masks;
    }

    private static void addWhereSomeAreZero(LayerKernel kernel, Map<String, FloatTensor> masks) {
        var mask = kernel.values().map(weight -> weight == 0 ? 0 : 1);
        int zeros = 0;
        for (float kept : mask.values()) {
            zeros += kept == 0 ? 1 : 0;
        }
        if (zeros > 0 && zeros < mask.values().length) {
            masks.put(kernel.name(), mask);
        }
    }
}

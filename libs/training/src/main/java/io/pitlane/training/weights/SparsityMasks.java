package io.pitlane.training.weights;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Masks that keep at zero what magnitude pruning set to zero. Training hardly ever leaves a weight
 * at exactly zero, so a kernel with some zeros was pruned. In a quantized kernel, rounding makes
 * zeros too, but about half as many as weights of one step in either direction, which pruning
 * removes.
 */
public final class SparsityMasks {
    /** Zeros of a pruned quantized kernel, for each weight of one step. */
    private static final int ZEROS_PER_SMALLEST = 4;

    private SparsityMasks() {}

    /** 0/1 by the name of a kernel's Const, for kernels that were pruned. */
    public static Map<String, FloatTensor> of(FlatGraph graph) {
        return of(graph, graph);
    }

    /**
     * The masks for a graph by the zeros in another one.
     *
     * @param before the graph before it was changed, which tells zeros of pruning from others;
     *     layers keep their names and the shapes of their kernels
     */
    public static Map<String, FloatTensor> of(FlatGraph graph, FlatGraph before) {
        var masks = new LinkedHashMap<String, FloatTensor>();
        for (var node : graph.nodes()) {
            LayerKernel.of(graph, node)
                    .ifPresent(
                            kernel ->
                                    before.find(node.getName())
                                            .flatMap(layer -> LayerKernel.of(before, layer))
                                            .filter(old -> haveSameShape(old, kernel))
                                            .flatMap(old -> of(before, old))
                                            .ifPresent(mask -> masks.put(kernel.name(), mask)));
        }
        return masks;
    }

    /** A weight with zeros where its mask has them. */
    public static FloatTensor masked(FloatTensor weight, FloatTensor mask) {
        var values = weight.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = mask.values()[i] == 0 ? 0 : values[i];
        }
        return new FloatTensor(values, weight.shape());
    }

    static boolean haveSameShape(LayerKernel old, LayerKernel kernel) {
        return Arrays.equals(old.values().shape(), kernel.values().shape());
    }

    /** The mask of one kernel; empty where it was not pruned. */
    static Optional<FloatTensor> of(FlatGraph graph, LayerKernel kernel) {
        var weights = kernel.values();
        var quantization = FakeQuantization.of(graph, graph.input(kernel.layer(), kernel.slot()));
        int zeros = 0;
        int smallest = 0;
        for (int i = 0; i < weights.values().length; i++) {
            float weight = weights.values()[i];
            zeros += weight == 0 ? 1 : 0;
            int at = i;
            smallest += quantization.filter(q -> isOneStep(q, weights, at)).isPresent() ? 1 : 0;
        }
        return zeros > ZEROS_PER_SMALLEST * smallest && zeros < weights.values().length
                ? Optional.of(weights.map(weight -> weight == 0 ? 0 : 1))
                : Optional.empty();
    }

    private static boolean isOneStep(Quantization quantization, FloatTensor weights, int at) {
        int inner = 1;
        for (int axis = quantization.axis() + 1; axis < weights.rank(); axis++) {
            inner *= (int) weights.shape()[axis];
        }
        int channel = at / inner % quantization.limits().length;
        return Math.abs(quantization.quantize(weights.values()[at], channel)) == 1;
    }
}

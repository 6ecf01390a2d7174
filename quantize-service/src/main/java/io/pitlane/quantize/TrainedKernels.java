package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.WeightQuantization;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The kernels of a graph whose weights alone are quantized, as training for rate leaves them. When
 * activations are quantized too, the integers stay.
 *
 * @param floats the graph without fake quantizations; the same graph where activations have some
 * @param quantizations of its kernels, by the names of their Consts
 */
record TrainedKernels(FlatGraph floats, Map<String, Quantization> quantizations) {
    private static final int BITS = 8;

    /** The kernels of a graph. */
    static TrainedKernels of(FlatGraph graph) {
        var editor = graph.edit();
        var quantizations = new HashMap<String, Quantization>();
        for (var node : graph.nodes()) {
            var quantization = FakeQuantization.of(graph, node);
            if (quantization.isPresent()) {
                var source = graph.input(node, 0);
                if (!FloatTensor.isFloatConst(source)) {
                    return new TrainedKernels(graph, Map.of());
                }
                quantizations.put(source.getName(), quantization.get());
                editor.redirect(TensorRef.of(node.getName()), TensorRef.of(source.getName()));
            }
        }
        return quantizations.isEmpty()
                ? new TrainedKernels(graph, Map.of())
                : new TrainedKernels(editor.build(), Map.copyOf(quantizations));
    }

    /**
     * The integers of a layer; empty where it has none, or none that every int8 kernel multiplies
     * exactly.
     */
    Optional<WeightQuantization> of(FusedLayer layer) {
        var weights = layer.weights();
        return Optional.ofNullable(quantizations.get(layer.kernel().node()))
                .filter(q -> q.signed() && q.bits() == BITS)
                .filter(q -> !q.isPerChannel() || q.axis() == layer.outputAxis())
                .filter(q -> q.rounded(weights).equals(weights))
                .filter(q -> WeightQuantization.isExact(q, weights, layer.outputAxis()))
                .map(q -> new WeightQuantization(weights, q));
    }
}

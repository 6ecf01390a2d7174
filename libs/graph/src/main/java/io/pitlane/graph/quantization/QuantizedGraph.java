package io.pitlane.graph.quantization;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A quantized graph taken apart: the float graph without its fake-quantization nodes, and what they
 * said. Weights are constants whose consumers read them through such a node.
 *
 * @param floats the graph without the nodes; its other nodes keep their names
 * @param quantizations by the tensor that was quantized, a constant or not. All its consumers read
 *     the quantized values, but a layer's input that the graph computes in float may have others,
 *     which do not
 */
public record QuantizedGraph(FlatGraph floats, Map<TensorRef, Quantization> quantizations) {

    public QuantizedGraph {
        quantizations = Map.copyOf(quantizations);
    }

    /**
     * Takes a graph apart. A second node of another quantization for the same tensor stays in the
     * graph; where there are none at all, the graph is the same.
     */
    public static QuantizedGraph of(FlatGraph graph) {
        var quantizations = new HashMap<TensorRef, Quantization>();
        var editor = graph.edit();
        for (var node : graph.nodes()) {
            var quantization = FakeQuantization.of(graph, node);
            if (quantization.isPresent()) {
                var tensor = TensorRef.parse(editor.node(node.getName()).getInput(0));
                var known = quantizations.putIfAbsent(tensor, quantization.get());
                if (known == null || known.equals(quantization.get())) {
                    editor.redirect(TensorRef.of(node.getName()), tensor);
                }
            }
        }
        return quantizations.isEmpty()
                ? new QuantizedGraph(graph, Map.of())
                : new QuantizedGraph(editor.build(), quantizations);
    }

    /** Whether anything is quantized. */
    public boolean isQuantized() {
        return !quantizations.isEmpty();
    }

    /** The quantization of a tensor. */
    public Optional<Quantization> of(TensorRef tensor) {
        return Optional.ofNullable(quantizations.get(tensor));
    }

    /**
     * How integers stand for the values of a tensor: by its own quantization, or by that of the
     * tensor whose values {@link GridOperations} have moved to it.
     */
    public Optional<Quantization> grid(TensorRef tensor) {
        var own = of(tensor);
        var producer = floats.node(tensor.node());
        return own.isPresent()
                        || !GridOperations.contains(producer)
                        || GridOperations.rounds(producer)
                ? own
                : grid(TensorRef.parse(producer.getInput(0)));
    }
}

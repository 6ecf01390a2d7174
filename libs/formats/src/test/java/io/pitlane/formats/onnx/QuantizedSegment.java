package io.pitlane.formats.onnx;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The part of a quantized graph that computes one quantized activation from others.
 *
 * @param graph the part: its inputs are activations before they are quantized again, its output is
 *     that of the fake quantization
 * @param sources the fake quantizations that its inputs are the values of, in their order
 */
record QuantizedSegment(FlatGraph graph, List<String> sources) {

    /** The fake quantizations of a graph's activations. */
    static Map<String, Quantization> activations(FlatGraph graph) {
        var found = new LinkedHashMap<String, Quantization>();
        for (var node : graph.nodes()) {
            if (WeightConstant.of(graph, TensorRef.of(node.getName())).isEmpty()) {
                FakeQuantization.of(graph, node)
                        .ifPresent(quantization -> found.put(node.getName(), quantization));
            }
        }
        return found;
    }

    /** The part that ends at a fake quantization; empty sources where it is the model's input. */
    static QuantizedSegment before(FlatGraph graph, String end) {
        var activations = activations(graph);
        var sources = sources(graph, end, activations.keySet());
        var shapes = InferredShapes.of(graph);
        var edit = graph.edit();
        var inputs = new ArrayList<Port>();
        for (var source : sources) {
            var input = source + "/values";
            edit.put(placeholder(input, shapes.of(source)));
            FakeQuantization.add(edit, source, TensorRef.of(input), activations.get(source));
            inputs.add(port(input, shapes.of(source)));
        }
        var part = edit.inputs(inputs).outputs(List.of(port(end, shapes.of(end)))).build();
        return new QuantizedSegment(part, List.copyOf(sources));
    }

    private static Set<String> sources(FlatGraph graph, String end, Set<String> activations) {
        var sources = new LinkedHashSet<String>();
        var pending = new ArrayDeque<>(graph.node(end).getInputList());
        while (!pending.isEmpty()) {
            var node = graph.node(TensorRef.parse(pending.pop()).node());
            if (activations.contains(node.getName())) {
                sources.add(node.getName());
            } else {
                pending.addAll(node.getInputList());
            }
        }
        return sources;
    }

    private static NodeDef placeholder(String name, Shape shape) {
        return NodeBuilder.of("Placeholder", name)
                .type("dtype", DataType.DT_FLOAT)
                .shape("shape", shape.asArray())
                .build();
    }

    private static Port port(String name, Shape shape) {
        return new Port(
                name,
                TensorRef.of(name),
                DataType.DT_FLOAT,
                Arrays.stream(shape.asArray()).boxed().toList());
    }
}

package io.pitlane.graph.pass;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/**
 * Replaces elements of a tensor's shape by constants where TensorFlow can infer them: exporters
 * compute the sizes of reshapes and transposed convolutions from shapes of which only the batch is
 * variable.
 */
public final class StaticShapes {
    private static final Set<String> READS_ELEMENTS =
            Set.of("StridedSlice", "Slice", "Gather", "GatherV2");

    /** Marks an unknown dimension while elements are read. */
    private static final long UNKNOWN = -1;

    /** The graph with known elements of shapes as constants; the same object if there are none. */
    public FlatGraph apply(FlatGraph graph) {
        var shapes = InferredShapes.of(graph);
        var readings = new ArrayList<NodeDef>();
        var known = new LinkedHashMap<String, NodeDef>();
        for (var node : graph.nodes()) {
            if (node.getOp().equals("Shape")) {
                var shape = shapes.of(TensorRef.parse(node.getInput(0)));
                if (isComplete(shape)) {
                    known.put(node.getName(), entries(node, shape));
                } else if (!shape.isUnknown()) {
                    readings.addAll(readings(graph, node));
                }
            }
        }
        known.putAll(read(graph, readings, shapes));
        if (known.isEmpty()) {
            return graph;
        }
        var edit = graph.edit();
        known.values().forEach(edit::put);
        return edit.build();
    }

    private static boolean isComplete(Shape shape) {
        return !shape.isUnknown() && !shape.hasUnknownDimension();
    }

    /** A shape's dimensions as a Const in the place of the Shape node. */
    private static NodeDef entries(NodeDef node, Shape shape) {
        var type = Attributes.of(node).type("out_type", DataType.DT_INT32);
        var sizes = Arrays.stream(shape.asArray()).map(size -> size < 0 ? UNKNOWN : size).toArray();
        return new IntConstant(type, false, sizes).toConst(node.getName());
    }

    private static List<NodeDef> readings(FlatGraph graph, NodeDef shape) {
        return graph.uses(shape.getName()).stream()
                .filter(use -> use.slot() == 0)
                .map(FlatGraph.Use::consumer)
                .filter(node -> READS_ELEMENTS.contains(node.getOp()))
                .filter(node -> restIsConstant(graph, node))
                .toList();
    }

    private static boolean restIsConstant(FlatGraph graph, NodeDef node) {
        for (int slot = 1; slot < node.getInputCount(); slot++) {
            if (!graph.input(node, slot).getOp().equals("Const")) {
                return false;
            }
        }
        return true;
    }

    /** Evaluates the nodes that read elements; keeps results without unknown dimensions. */
    private static Map<String, NodeDef> read(
            FlatGraph graph, List<NodeDef> readings, InferredShapes shapes) {
        var nodes = new LinkedHashMap<String, NodeDef>();
        var outputs = new ArrayList<GraphSignature.Port>();
        for (var reading : readings) {
            var shape = graph.input(reading, 0);
            var of = shapes.of(TensorRef.parse(shape.getInput(0)));
            nodes.put(shape.getName(), entries(shape, of));
            for (int slot = 1; slot < reading.getInputCount(); slot++) {
                var constant = graph.input(reading, slot);
                nodes.put(constant.getName(), constant);
            }
            nodes.put(reading.getName(), reading);
            outputs.add(
                    new GraphSignature.Port(
                            reading.getName(),
                            TensorRef.of(reading.getName()),
                            DataType.DT_INT32,
                            null));
        }
        var known = new LinkedHashMap<String, NodeDef>();
        if (!outputs.isEmpty()) {
            var signature = new GraphSignature("shapes", List.of(), outputs);
            var evaluated =
                    new ConstantFolding()
                            .apply(
                                    GraphEditor.of(
                                                    nodes.values(),
                                                    signature,
                                                    VersionDef.getDefaultInstance())
                                            .build());
            for (var reading : readings) {
                var result = evaluated.node(reading.getName());
                IntConstant.of(result)
                        .filter(c -> Arrays.stream(c.values()).noneMatch(v -> v == UNKNOWN))
                        .ifPresent(c -> known.put(reading.getName(), result));
            }
        }
        return known;
    }
}

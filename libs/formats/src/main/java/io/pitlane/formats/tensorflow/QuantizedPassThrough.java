package io.pitlane.formats.tensorflow;

import static org.tensorflow.proto.DataType.DT_UINT8;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.GridOperations;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Writes those {@link GridOperations} between layers that TensorFlow computes on bytes. */
final class QuantizedPassThrough {
    private final GraphEditor editor;
    private final ZeroPointPadding padding;

    QuantizedPassThrough(GraphEditor editor, ZeroPointPadding padding) {
        this.editor = editor;
        this.padding = padding;
    }

    /** Whether TensorFlow can compute a node on bytes. */
    static boolean supports(NodeDef node) {
        return switch (node.getOp()) {
            case "MaxPool",
                    "AvgPool",
                    "Reshape",
                    "Squeeze",
                    "ExpandDims",
                    "Pad",
                    "ResizeNearestNeighbor" ->
                    GridOperations.contains(node);
            default -> false;
        };
    }

    /** Adds the node's int8 form to the graph. */
    Int8Tensor write(NodeDef node, Int8Tensor input) {
        var name = editor.freshName(node.getName() + "/int8");
        if (node.getOp().endsWith("Pool")) {
            editor.put(pool(node, input, name));
            return Int8Tensor.outputsOf(name, input.scale());
        }
        if (node.getOp().equals("Pad")) {
            var paddings = TensorRef.parse(node.getInput(1));
            var type = Attributes.of(node).type("Tpaddings", DataType.DT_INT32);
            return input.withValue(padding.pad(input, paddings, type, name).node());
        }
        if (node.getOp().equals("ResizeNearestNeighbor")) {
            return input.withValue(resized(node, input, name).node());
        }
        editor.put(moved(node, input.value(), name).type("T", input.type()).build());
        return input.withValue(name);
    }

    private static NodeDef pool(NodeDef node, Int8Tensor input, String name) {
        return NodeBuilder.of("Quantized" + node.getOp(), name)
                .input(input.value())
                .input(input.min())
                .input(input.max())
                .type("T", input.type())
                .attr("ksize", node.getAttrOrThrow("ksize"))
                .attr("strides", node.getAttrOrThrow("strides"))
                .attr("padding", node.getAttrOrThrow("padding"))
                .build();
    }

    private TensorRef resized(NodeDef node, Int8Tensor input, String name) {
        var type = input.type();
        var small = Bitcast.add(editor, input.value(), type, DT_UINT8, name + "/small");
        editor.put(moved(node, small, name + "/bytes").type("T", DT_UINT8).build());
        return Bitcast.add(editor, TensorRef.of(name + "/bytes"), DT_UINT8, type, name);
    }

    private static NodeBuilder moved(NodeDef node, TensorRef bytes, String name) {
        var copy = NodeBuilder.of(node.getOp(), name).attrsOf(node).input(bytes);
        for (int slot = 1; slot < node.getInputCount(); slot++) {
            copy.input(TensorRef.parse(node.getInput(slot)));
        }
        return copy;
    }
}

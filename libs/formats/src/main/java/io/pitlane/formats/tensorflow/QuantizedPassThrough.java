package io.pitlane.formats.tensorflow;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Writes the {@link io.pitlane.graph.quantization.GridOperations} between layers, on bytes. */
final class QuantizedPassThrough {
    private final GraphEditor editor;
    private final ZeroPointPadding padding;

    QuantizedPassThrough(GraphEditor editor, ZeroPointPadding padding) {
        this.editor = editor;
        this.padding = padding;
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
        editor.put(moved(node, input, name));
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

    private static NodeDef moved(NodeDef node, Int8Tensor input, String name) {
        var copy = NodeBuilder.of(node.getOp(), name).attrsOf(node).input(input.value());
        for (int slot = 1; slot < node.getInputCount(); slot++) {
            copy.input(TensorRef.parse(node.getInput(slot)));
        }
        return copy.type("T", input.type()).build();
    }
}

package io.pitlane.quantize;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.List;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Writes the operations between layers that can work on the bytes directly, because their outputs
 * stay within the range of their inputs: pooling, and operations that only move values.
 */
final class QuantizedPassThrough {
    /**
     * The largest window averaged in int8. Averages of more values use only a small part of the
     * range, so that float is more accurate.
     */
    private static final long MAX_AVERAGE_WINDOW = 9;

    private final GraphEditor editor;
    private final ZeroPointPadding padding;

    QuantizedPassThrough(GraphEditor editor, ZeroPointPadding padding) {
        this.editor = editor;
        this.padding = padding;
    }

    /** Whether a node can work on bytes. */
    static boolean supports(NodeDef node) {
        return switch (node.getOp()) {
            case "MaxPool" -> isSupportedPool(node);
            case "AvgPool" -> isSupportedPool(node) && windowSize(node) <= MAX_AVERAGE_WINDOW;
            case "Reshape", "Squeeze", "Pad" -> true;
            default -> false;
        };
    }

    private static boolean isSupportedPool(NodeDef node) {
        var attributes = Attributes.of(node);
        var size = attributes.ints("ksize", List.of());
        return attributes.channelsLast()
                && size.get(0) == 1
                && size.get(3) == 1
                && !attributes.string("padding", "").equals("EXPLICIT");
    }

    private static long windowSize(NodeDef node) {
        return Attributes.of(node).ints("ksize", List.of()).stream().reduce(1L, (a, b) -> a * b);
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

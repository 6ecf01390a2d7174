package io.pitlane.formats.export;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Replaces the sizes that reshapes and transposed convolutions compute from the batch by constants
 * in which the batch is -1. What only computed the sizes is dropped. The result is for conversion:
 * TensorFlow does not run a transposed convolution to a size of -1.
 */
public final class ConstantSizes {
    private ConstantSizes() {}

    /** The graph with constant sizes, which may be -1 for height and width of any size too. */
    public static FlatGraph in(FlatGraph graph, InferredShapes shapes) {
        return replaced(graph, shapes, Integer.MAX_VALUE - 1);
    }

    /** The graph with constant sizes; those of images of any size stay computed. */
    public static FlatGraph ofFixedImages(FlatGraph graph, InferredShapes shapes) {
        return replaced(graph, shapes, 1);
    }

    private static FlatGraph replaced(FlatGraph graph, InferredShapes shapes, int openSizes) {
        var edit = graph.edit();
        for (var node : graph.nodes()) {
            var shape = shapes.of(node.getName());
            int slot = slotOfSize(node);
            if (slot >= 0
                    && isComputed(graph, node, slot)
                    && unknown(shape) <= (node.getOp().equals("Reshape") ? 1 : openSizes)) {
                replace(edit, node, slot, shape);
            }
        }
        return edit.build();
    }

    private static int slotOfSize(NodeDef node) {
        return switch (node.getOp()) {
            case "Reshape" -> 1;
            case "Conv2DBackpropInput" -> 0;
            default -> -1;
        };
    }

    private static boolean isComputed(FlatGraph graph, NodeDef node, int slot) {
        return IntConstant.of(graph.input(node, slot)).isEmpty();
    }

    private static long unknown(Shape shape) {
        return shape.isUnknown()
                ? Integer.MAX_VALUE
                : Arrays.stream(shape.asArray()).filter(size -> size < 0).count();
    }

    private static void replace(GraphEditor edit, NodeDef node, int slot, Shape shape) {
        var name = edit.freshName(node.getName() + "/size");
        edit.put(new IntConstant(DataType.DT_INT32, false, shape.asArray()).toConst(name));
        edit.setInput(node.getName(), slot, TensorRef.of(name));
    }
}

package io.pitlane.formats.onnx;

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
final class ConstantSizes {
    private ConstantSizes() {}

    static FlatGraph in(FlatGraph graph, InferredShapes shapes) {
        var edit = graph.edit();
        for (var node : graph.nodes()) {
            var shape = shapes.of(node.getName());
            switch (node.getOp()) {
                case "Reshape" -> {
                    if (isComputed(graph, node, 1) && unknown(shape) <= 1) {
                        replace(edit, node, 1, shape);
                    }
                }
                case "Conv2DBackpropInput" -> {
                    if (isComputed(graph, node, 0) && !shape.isUnknown()) {
                        replace(edit, node, 0, shape);
                    }
                }
                default -> {}
            }
        }
        return edit.build();
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

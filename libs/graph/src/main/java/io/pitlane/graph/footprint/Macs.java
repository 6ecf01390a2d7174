package io.pitlane.graph.footprint;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.HashMap;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;

/** Counts the multiply-accumulate operations of one node. */
final class Macs {
    private Macs() {}

    /** The count for the batch size of the shapes; 0 for other nodes and unknown shapes. */
    static long of(NodeDef node, InferredShapes shapes) {
        var layout = Operations.of(node).kernel();
        if (layout.isEmpty()) {
            return 0;
        }
        return switch (layout.get()) {
            case CONVOLUTION -> convolution(node, shapes);
            case DEPTHWISE -> depthwise(node, shapes);
            case TRANSPOSED_CONVOLUTION -> transposed(node, shapes);
            case MATRIX -> product(node, shapes);
            case EINSUM -> einsum(node, shapes);
        };
    }

    /** One filter for each output value; the filter's last dimension is the output channel. */
    private static long convolution(NodeDef node, InferredShapes shapes) {
        var filter = input(node, 1, shapes);
        return isKnown(filter) ? outputSize(node, shapes) * (filter.size() / last(filter)) : 0;
    }

    private static long depthwise(NodeDef node, InferredShapes shapes) {
        var filter = input(node, 1, shapes);
        return isKnown(filter) ? outputSize(node, shapes) * filter.get(0) * filter.get(1) : 0;
    }

    /** One filter for each input value; the filter's last dimension is the input channel. */
    private static long transposed(NodeDef node, InferredShapes shapes) {
        var filter = input(node, 1, shapes);
        var input = input(node, 2, shapes);
        return isKnown(filter) && isKnown(input)
                ? input.size() * (filter.size() / last(filter))
                : 0;
    }

    private static long product(NodeDef node, InferredShapes shapes) {
        var left = input(node, 0, shapes);
        var output = shapes.of(node.getName());
        if (!isKnown(left) || !isKnown(output)) {
            return 0;
        }
        int rank = left.numDimensions();
        boolean transposed = KernelLayout.isTransposed(node, 0);
        return output.size() * left.get(transposed ? rank - 2 : rank - 1);
    }

    /** Every combination of the equation's letters is one multiplication. */
    private static long einsum(NodeDef node, InferredShapes shapes) {
        var terms = Attributes.of(node).string("equation", "").split("->")[0].split(",");
        var sizes = new HashMap<Character, Long>();
        for (int i = 0; i < terms.length; i++) {
            var shape = input(node, i, shapes);
            if (!isKnown(shape) || shape.numDimensions() != terms[i].length()) {
                return 0;
            }
            for (int axis = 0; axis < terms[i].length(); axis++) {
                sizes.put(terms[i].charAt(axis), shape.get(axis));
            }
        }
        return sizes.values().stream().reduce(1L, (a, b) -> a * b);
    }

    private static long outputSize(NodeDef node, InferredShapes shapes) {
        var output = shapes.of(node.getName());
        return isKnown(output) ? output.size() : 0;
    }

    private static Shape input(NodeDef node, int slot, InferredShapes shapes) {
        return shapes.of(TensorRef.parse(node.getInput(slot)));
    }

    private static boolean isKnown(Shape shape) {
        return !shape.isUnknown()
                && Arrays.stream(shape.asArray()).noneMatch(size -> size == Shape.UNKNOWN_SIZE);
    }

    private static long last(Shape shape) {
        return shape.get(shape.numDimensions() - 1);
    }
}

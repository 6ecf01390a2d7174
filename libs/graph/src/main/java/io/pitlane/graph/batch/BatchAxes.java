package io.pitlane.graph.batch;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;

/**
 * Which axis of a tensor grows with the batch: its size is known in the graph of a fixed batch and
 * unknown once the inputs are dynamic.
 */
final class BatchAxes {
    private final InferredShapes fixed;
    private final InferredShapes dynamic;

    /**
     * The axes of a graph.
     *
     * @param fixed shapes in the graph as exported
     * @param dynamic the graph with dynamic inputs, whose nodes have the same names
     */
    BatchAxes(InferredShapes fixed, FlatGraph dynamic) {
        this.fixed = fixed;
        this.dynamic = InferredShapes.of(dynamic);
    }

    /** The axis of a tensor; empty when it does not depend on the batch, or on several axes. */
    OptionalInt of(TensorRef tensor) {
        var known = fixed.of(tensor);
        var open = dynamic.of(tensor);
        if (known.isUnknown()
                || open.isUnknown()
                || known.numDimensions() != open.numDimensions()) {
            return OptionalInt.empty();
        }
        var axes =
                IntStream.range(0, known.numDimensions())
                        .filter(axis -> known.get(axis) >= 0 && open.get(axis) < 0)
                        .toArray();
        return axes.length == 1 ? OptionalInt.of(axes[0]) : OptionalInt.empty();
    }

    /** The axis of one input of a node. */
    OptionalInt ofInput(NodeDef node, int slot) {
        return of(TensorRef.parse(node.getInput(slot)));
    }

    /** The sizes of a tensor at the fixed batch; null when its rank is unknown. */
    long[] fixedSizes(TensorRef tensor) {
        var shape = fixed.of(tensor);
        return shape.isUnknown() ? null : shape.asArray();
    }

    /** Whether a tensor depends on the batch. */
    boolean carries(TensorRef tensor) {
        return of(tensor).isPresent() || losesItsRank(tensor);
    }

    private boolean losesItsRank(TensorRef tensor) {
        Shape known = fixed.of(tensor);
        return !known.isUnknown() && dynamic.of(tensor).isUnknown();
    }

    /** The product of the first sizes; -1 when one is unknown. */
    static long product(long[] sizes, int count) {
        var first = Arrays.copyOf(sizes, count);
        return Arrays.stream(first).anyMatch(size -> size < 0)
                ? -1
                : Arrays.stream(first).reduce(1, Math::multiplyExact);
    }
}

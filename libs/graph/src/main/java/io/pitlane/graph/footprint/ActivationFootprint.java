package io.pitlane.graph.footprint;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.Map;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;

/**
 * The memory of a model's float32 activations for one image. In training the backward pass needs
 * them again, so that all of them are in memory at once.
 */
public final class ActivationFootprint {
    private final FlatGraph graph;
    private final InferredShapes shapes;
    private final long images;

    private ActivationFootprint(FlatGraph graph, InferredShapes shapes, long images) {
        this.graph = graph;
        this.shapes = shapes;
        this.images = images;
    }

    /**
     * The activations of a graph for inputs of given sizes.
     *
     * @param sizes dimensions by the names of inputs that take any size, one image a batch
     */
    public static ActivationFootprint of(FlatGraph graph, Map<String, long[]> sizes) {
        var oneImage = OneImage.of(graph, sizes);
        return new ActivationFootprint(
                graph, InferredShapes.of(oneImage.graph()), oneImage.images());
    }

    /**
     * Bytes of all activations. Biases and activation functions that TensorFlow computes in the
     * memory of their input, and reshapes, take none.
     */
    public long bytes() {
        return graph.nodes().stream()
                .filter(node -> !node.getOp().equals("Const") && !isInPlace(node))
                .mapToLong(node -> bytes(TensorRef.of(node.getName())))
                .sum();
    }

    /** Bytes of the largest activation. */
    public long largest() {
        return graph.nodes().stream()
                .filter(node -> !node.getOp().equals("Const"))
                .mapToLong(node -> bytes(TensorRef.of(node.getName())))
                .max()
                .orElse(0);
    }

    /** Bytes of one tensor; 0 where its size cannot be inferred. */
    public long bytes(TensorRef tensor) {
        var shape = shapes.of(tensor);
        if (shape.isUnknown()) {
            return 0;
        }
        long values =
                Arrays.stream(shape.asArray())
                        .map(size -> size == Shape.UNKNOWN_SIZE ? 1 : size)
                        .reduce(1, Math::multiplyExact);
        return values * Float.BYTES / images;
    }

    private boolean isInPlace(NodeDef node) {
        return switch (Operations.of(node).kind()) {
            case IDENTITY, RESHAPE -> true;
            case BIAS, ACTIVATION -> graph.uses(TensorRef.parse(node.getInput(0))).size() == 1;
            default -> false;
        };
    }
}

package io.pitlane.formats.onnx;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;

/**
 * The shapes of a graph that takes images of any size, for some sizes: what holds for all of them
 * is taken to hold for every size. Sizes that the model does not accept, such as odd ones of a
 * network with skip connections, do not count.
 */
final class ProbedShapes {
    /** Height and width: with many factors of 2, and without. */
    private static final List<long[]> SIZES =
            List.of(
                    new long[] {256, 320},
                    new long[] {384, 128},
                    new long[] {263, 301},
                    new long[] {250, 194});

    private static final long BATCH = 2;

    private final List<InferredShapes> probes;

    private ProbedShapes(List<InferredShapes> probes) {
        this.probes = probes;
    }

    /** Infers the shapes of a graph; none where all its inputs have fixed sizes. */
    static ProbedShapes of(FlatGraph graph) {
        boolean isOpen =
                graph.signature().inputs().stream()
                        .filter(port -> port.shape() != null)
                        .flatMap(port -> port.shape().stream().skip(1))
                        .anyMatch(size -> size < 0);
        return new ProbedShapes(
                isOpen
                        ? SIZES.stream()
                                .map(sizes -> infer(graph, sizes))
                                .filter(Objects::nonNull)
                                .toList()
                        : List.of());
    }

    private static InferredShapes infer(FlatGraph graph, long... sizes) {
        var edit = graph.edit();
        for (var port : graph.signature().inputs()) {
            if (port.shape() != null) {
                var shape = fixed(port.shape(), sizes);
                var value = AttrValue.newBuilder().setShape(NodeBuilder.shapeProto(shape));
                var placeholder = graph.node(port.tensor().node());
                edit.put(placeholder.toBuilder().putAttr("shape", value.build()).build());
            }
        }
        try {
            return InferredShapes.of(edit.build());
        } catch (TensorFlowException | TFInvalidArgumentException e) {
            return null;
        }
    }

    /** The first open axis but the batch is the height, the second the width. */
    private static long[] fixed(List<Long> shape, long... sizes) {
        var fixed = shape.stream().mapToLong(size -> size).toArray();
        int open = 0;
        for (int axis = 0; axis < fixed.length; axis++) {
            if (fixed[axis] < 0) {
                fixed[axis] = axis == 0 ? BATCH : sizes[Math.min(open++, 1)];
            }
        }
        return fixed;
    }

    /** The shapes of two tensors in every probe in which both are fully known. */
    List<Shape[]> of(TensorRef first, TensorRef second) {
        return IntStream.range(0, probes.size())
                .mapToObj(i -> new Shape[] {probes.get(i).of(first), probes.get(i).of(second)})
                .filter(pair -> isKnown(pair[0]) && isKnown(pair[1]))
                .toList();
    }

    private static boolean isKnown(Shape shape) {
        return !shape.isUnknown() && !shape.hasUnknownDimension();
    }
}

package io.pitlane.formats.onnx;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;

/**
 * Which axes of the outputs are as long as the batch: those that TensorFlow infers to have {@value
 * #PROBE} elements when every open batch of the inputs has so many.
 */
final class BatchDimensions {
    /** A prime number, which no product of other sizes gives. */
    private static final long PROBE = 7919;

    private final InferredShapes probed;

    private BatchDimensions(InferredShapes probed) {
        this.probed = probed;
    }

    static BatchDimensions of(FlatGraph graph) {
        var edit = graph.edit();
        for (var port : graph.signature().inputs()) {
            if (isOpen(port)) {
                var shape = port.shape().stream().mapToLong(size -> size).toArray();
                shape[0] = PROBE;
                var value = AttrValue.newBuilder().setShape(NodeBuilder.shapeProto(shape));
                var placeholder = graph.node(port.tensor().node());
                edit.put(placeholder.toBuilder().putAttr("shape", value.build()).build());
            }
        }
        try {
            return new BatchDimensions(InferredShapes.of(edit.build()));
        } catch (TensorFlowException | TFInvalidArgumentException e) {
            // A model that only accepts one image has no batch.
            return new BatchDimensions(null);
        }
    }

    /** Whether an input takes any number of images. */
    static boolean isOpen(GraphSignature.Port input) {
        return input.shape() != null && !input.shape().isEmpty() && input.shape().get(0) < 0;
    }

    /** The axes of an input. */
    static Set<Integer> ofInput(GraphSignature.Port input) {
        return isOpen(input) ? Set.of(0) : Set.of();
    }

    /** The axes of an output. */
    Set<Integer> of(TensorRef output) {
        var shape = probed == null ? Shape.unknown() : probed.of(output);
        return shape.isUnknown()
                ? Set.of()
                : IntStream.range(0, shape.numDimensions())
                        .filter(axis -> shape.get(axis) == PROBE)
                        .boxed()
                        .collect(Collectors.toSet());
    }
}

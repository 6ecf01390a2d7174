package io.pitlane.graph;

import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * The inputs and outputs of a model.
 *
 * @param key the signature's name in the SavedModel, usually {@code serving_default}
 * @param inputs placeholders, in the order of their names
 * @param outputs results, in the order of their names
 */
public record GraphSignature(String key, List<Port> inputs, List<Port> outputs) {

    /**
     * One input or output.
     *
     * @param name its name in the signature, as callers know it
     * @param tensor the tensor of the graph behind it
     * @param dtype element type
     * @param shape dimensions, -1 where the size is variable; null when even the rank is unknown
     */
    public record Port(String name, TensorRef tensor, DataType dtype, List<Long> shape) {
        public Port {
            shape = shape == null ? null : List.copyOf(shape);
        }

        /** The same port, bound to another tensor of the graph. */
        public Port at(TensorRef other) {
            return new Port(name, other, dtype, shape);
        }
    }

    public GraphSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}

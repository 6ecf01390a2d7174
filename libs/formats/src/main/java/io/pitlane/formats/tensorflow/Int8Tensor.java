package io.pitlane.formats.tensorflow;

import io.pitlane.graph.TensorRef;
import org.tensorflow.proto.DataType;

/**
 * The int8 form of a float tensor: three tensors of the graph, the bytes and the range that they
 * cover to the kernels.
 *
 * @param value the bytes
 * @param min start of the range, a scalar
 * @param max end of the range, a scalar
 * @param scale what the bytes stand for
 */
record Int8Tensor(TensorRef value, TensorRef min, TensorRef max, ActivationScale scale) {

    /** The outputs of a node that produces bytes and their range. */
    static Int8Tensor outputsOf(String node, ActivationScale scale) {
        return new Int8Tensor(
                TensorRef.of(node), new TensorRef(node, 1), new TensorRef(node, 2), scale);
    }

    /** Other bytes with the same range, produced by a node. */
    Int8Tensor withValue(String node) {
        return new Int8Tensor(TensorRef.of(node), min, max, scale);
    }

    /** The type of the bytes. */
    DataType type() {
        return scale.type();
    }
}

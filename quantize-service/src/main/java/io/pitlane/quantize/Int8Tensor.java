package io.pitlane.quantize;

import io.pitlane.graph.TensorRef;
import org.tensorflow.proto.DataType;

/**
 * The int8 form of a float tensor: three tensors of the graph, the bytes and the range they cover.
 *
 * @param value the bytes
 * @param min start of the range, a scalar
 * @param max end of the range, a scalar
 * @param type QUINT8, where 0..255 covers 0..max, or QINT8, where -127..127 covers -max..max
 */
record Int8Tensor(TensorRef value, TensorRef min, TensorRef max, DataType type) {

    /** The outputs of a node that produces bytes and their range. */
    static Int8Tensor outputsOf(String node, DataType type) {
        return new Int8Tensor(
                TensorRef.of(node), new TensorRef(node, 1), new TensorRef(node, 2), type);
    }

    /** Other bytes with the same range, produced by a node. */
    Int8Tensor withValue(String node) {
        return new Int8Tensor(TensorRef.of(node), min, max, type);
    }
}

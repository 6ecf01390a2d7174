package io.pitlane.quantize;

import io.pitlane.model.graph.TensorRef;
import org.tensorflow.proto.DataType;

/**
 * Three tensors of the graph that stand for one float tensor: bytes and the range they cover.
 *
 * @param value the bytes
 * @param min what the range starts with, a scalar
 * @param max what it ends with, a scalar
 * @param type QUINT8, where 0..255 covers 0..max, or QINT8, where -127..127 covers -max..max
 */
record Int8Tensor(TensorRef value, TensorRef min, TensorRef max, DataType type) {

    /** The outputs of a node that makes bytes and their range. */
    static Int8Tensor madeBy(String node, DataType type) {
        return new Int8Tensor(
                TensorRef.of(node), new TensorRef(node, 1), new TensorRef(node, 2), type);
    }

    /** Other bytes of the same range. */
    Int8Tensor rearrangedBy(String node) {
        return new Int8Tensor(TensorRef.of(node), min, max, type);
    }
}

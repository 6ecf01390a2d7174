package io.pitlane.formats.onnx.reading;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;

/** Constants among the nodes. */
final class ConstantReading {
    private ConstantReading() {}

    /** Constant: a tensor, or numbers. */
    static void given(OnnxNode node) {
        if (node.has("value")) {
            node.result(node.tensor("value"));
        } else if (node.has("value_float")) {
            node.result(new FloatTensor(new float[] {node.number("value_float", 0)}).toProto());
        } else if (node.has("value_floats")) {
            var values = node.numbers("value_floats");
            node.result(new FloatTensor(values, values.length).toProto());
        } else if (node.has("value_int")) {
            node.result(TensorFlowGraph.int64(true, node.integer("value_int", 0)));
        } else if (node.has("value_ints")) {
            node.result(TensorFlowGraph.int64(false, node.integers("value_ints")));
        } else {
            throw node.unsupported("its value is neither a tensor nor numbers");
        }
    }

    /** ConstantOfShape: one value in a shape, of at most 2 GiB. */
    static void filled(OnnxNode node) {
        var shape = node.integers(0, "shape");
        node.require(
                Arrays.stream(shape).allMatch(size -> size >= 0)
                        && Arrays.stream(shape).asDoubleStream().reduce(4, (a, b) -> a * b)
                                <= Integer.MAX_VALUE,
                "it makes a constant of shape " + Arrays.toString(shape));
        var zero = new FloatTensor(new float[1], 1).toProto();
        var value = node.has("value") ? node.tensor("value") : zero;
        node.result(TensorFlowGraph.filled(value, shape));
    }
}

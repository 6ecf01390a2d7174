package io.pitlane.formats.tflite;

import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.OneHotOptionsT;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.proto.DataType;

/** Operations with booleans and indices. */
final class Selection {
    private Selection() {}

    /** Select, whose condition may be one value an image, as SelectV2, which broadcasts. */
    static void select(OpNode node) {
        if (node.rank(0) != node.rank(1)) {
            throw node.unsupported("its condition has fewer axes than its values");
        }
        selectV2(node);
    }

    static void selectV2(OpNode node) {
        node.result(node.operator(BuiltinOperator.SELECT_V2).inputs(node.tensors(0, 2)));
    }

    /** Where with one input: the places of what is true, as int64. */
    static void where(OpNode node) {
        node.result(node.operator(BuiltinOperator.WHERE).input(node.tensor(0)), TensorType.INT64);
    }

    /** Range of int32 or float32. */
    static void range(OpNode node) {
        byte type = TfliteType.of(node.attributes().type("Tidx", DataType.DT_INT32));
        node.result(node.operator(BuiltinOperator.RANGE).inputs(node.tensors(0, 2)), type);
    }

    static void oneHot(OpNode node) {
        var options = new OneHotOptionsT();
        options.setAxis((int) node.attributes().integer("axis", -1));
        node.result(
                node.operator(BuiltinOperator.ONE_HOT)
                        .input(node.tensor(0))
                        .input(node.int32(1))
                        .input(node.tensor(2))
                        .input(node.tensor(3))
                        .options(BuiltinOptions.OneHotOptions, options));
    }
}

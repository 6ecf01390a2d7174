package io.pitlane.formats.onnx.reading;

import com.google.protobuf.ByteString;
import io.pitlane.formats.onnx.AxisOrder;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Operations on every element alike, of one tensor or of several that are broadcast. */
final class ElementwiseReading {
    private static final ByteString FALSE = ByteString.copyFrom(new byte[1]);

    private ElementwiseReading() {}

    /** An operation of one tensor that TensorFlow has as {@code type}. */
    static OperatorConverter unary(String type) {
        return node -> node.result(node.write(type).input(node.held(0)).add(), node.order(0));
    }

    /** An operation of two tensors that TensorFlow has as {@code type}. */
    static OperatorConverter binary(String type) {
        return node -> {
            var order = node.commonOrder(0, 1);
            node.result(
                    node.write(type).input(node.operand(0, order)).input(second(node, order)).add(),
                    order);
        };
    }

    /** The second operand; before operator set 7, its first axis may be named. */
    private static Output<?> second(OnnxNode node, AxisOrder order) {
        if (node.opset() >= 7 || !node.has("axis")) {
            return node.operand(1, order);
        }
        int rank = order.rank();
        int last = node.axis(node.integer("axis", 0), rank) + node.rank(1);
        node.require(last <= rank, "its second operand has too many axes");
        var extended = node.unchanged(1);
        for (int axis = node.rank(1); axis < node.rank(1) + rank - last; axis++) {
            extended = node.step("ExpandDims").input(extended).input(node.integer(axis)).add();
        }
        node.require(order.isUnchanged(), "its axis counts from another end");
        return extended;
    }

    /** Div: of integers without remainder, towards zero. */
    static void divide(OnnxNode node) {
        boolean integers = node.type(0) == DataType.DT_INT32 || node.type(0) == DataType.DT_INT64;
        binary(integers ? "TruncateDiv" : "RealDiv").convert(node);
    }

    /** Mod: the remainder has the sign of the divisor, with fmod that of the dividend. */
    static void modulo(OnnxNode node) {
        binary(node.integer("fmod", 0) == 0 ? "FloorMod" : "TruncateMod").convert(node);
    }

    /** An operation of any number of tensors, one after the other. */
    static OperatorConverter chained(String type) {
        return node -> {
            int last = node.inputs() - 1;
            if (last == 0) {
                identity(node);
                return;
            }
            var order = node.commonOrder(0, last);
            node.result(chain(node, type, order), order);
        };
    }

    private static Output<?> chain(OnnxNode node, String type, AxisOrder order) {
        var result = node.operand(0, order);
        for (int slot = 1; slot < node.inputs(); slot++) {
            result = node.write(type).input(result).input(node.operand(slot, order)).add();
        }
        return result;
    }

    /** Mean of several tensors. */
    static void mean(OnnxNode node) {
        var order = node.commonOrder(0, node.inputs() - 1);
        var sum = chain(node, "AddV2", order);
        var share = node.scalar(1f / node.inputs());
        node.result(node.write("Mul").input(sum).input(share).add(), order);
    }

    /** Passes its first input on. */
    static void identity(OnnxNode node) {
        node.result(0, node.input(0));
    }

    /** Dropout, which does nothing for inference. */
    static void dropout(OnnxNode node) {
        if (node.hasInput(2)) {
            boolean trains = !node.value(2, "training_mode").getTensorContent().equals(FALSE);
            node.require(!trains, "it drops values as in training");
        }
        identity(node);
    }

    /** Cast to another type of numbers. */
    static void cast(OnnxNode node) {
        var type = ElementType.of((int) node.integer("to", 0));
        if (type == node.type(0)) {
            identity(node);
            return;
        }
        node.result(
                node.write("Cast").input(node.held(0)).attribute("DstT", type).add(),
                node.order(0));
    }

    /** Where: the second input where the first holds, else the third. */
    static void where(OnnxNode node) {
        var order = node.commonOrder(0, 2);
        node.result(
                node.write("SelectV2")
                        .input(node.operand(0, order))
                        .input(node.operand(1, order))
                        .input(node.operand(2, order))
                        .add(),
                order);
    }
}

package io.pitlane.formats.onnx;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.HardActivation;
import java.util.Arrays;
import org.tensorflow.proto.DataType;

/** Operations on every element alike, of one tensor or of several that are broadcast. */
final class Elementwise {
    private Elementwise() {}

    /** An operation of one tensor that ONNX has as {@code opType}. */
    static OpConverter unary(String opType) {
        return node -> {
            var x = node.tensor(0);
            node.result(node.write(opType).input(x.name()).add(), x.order());
        };
    }

    /** An operation of one or more tensors that ONNX has as {@code opType}. */
    static OpConverter broadcasting(String opType) {
        return node -> {
            var order = node.commonOrder(0, node.inputs() - 1);
            node.result(write(node.write(opType), node, order), order);
        };
    }

    /** Passes its input on. */
    static void identity(OpNode node) {
        var x = node.tensor(0);
        node.result(x.name(), x.order());
    }

    /** BiasAdd: along the last axis, or along axis 1 where the channels come first. */
    static void biasAdd(OpNode node) {
        var order = node.tensor(0).order();
        var bias =
                node.attributes().channelsLast()
                        ? node.operand(1, order)
                        : node.operand("bias", channelsFirst(node, order.rank()), order);
        node.result(node.write("Add").input(node.inOrder(0, order)).input(bias).add(), order);
    }

    private static FloatTensor channelsFirst(OpNode node, int rank) {
        var bias = node.floats(1, "bias").values();
        var shape = new long[rank - 1];
        Arrays.fill(shape, 1);
        shape[0] = bias.length;
        return new FloatTensor(bias, shape);
    }

    static void relu6(OpNode node) {
        var x = node.tensor(0);
        var clipped =
                node.write("Clip")
                        .input(x.name())
                        .input(node.scalar("min", 0))
                        .input(node.scalar("max", 6));
        node.result(clipped.add(), x.order());
    }

    static void leakyRelu(OpNode node) {
        var x = node.tensor(0);
        float alpha = node.attributes().number("alpha", 0.2f);
        node.result(
                node.write("LeakyRelu").input(x.name()).attribute("alpha", alpha).add(), x.order());
    }

    /** A hard sigmoid, or a hard swish as the product of its input and that. */
    static void hard(OpNode node, HardActivation activation) {
        var x = node.tensor(node.slot(activation));
        var sigmoid =
                (activation.swish() ? node.step("HardSigmoid") : node.write("HardSigmoid"))
                        .input(x.name())
                        .attribute("alpha", activation.slope())
                        .attribute("beta", activation.offset())
                        .add();
        node.result(
                activation.swish()
                        ? node.write("Mul").input(x.name()).input(sigmoid).add()
                        : sigmoid,
                x.order());
    }

    static void square(OpNode node) {
        var x = node.tensor(0);
        node.result(node.write("Mul").input(x.name()).input(x.name()).add(), x.order());
    }

    static void squaredDifference(OpNode node) {
        var order = node.commonOrder(0, 1);
        var difference = write(node.step("Sub"), node, order);
        node.result(node.write("Mul").input(difference).input(difference).add(), order);
    }

    /** DivNoNan: 0 where the divisor is 0. */
    static void divNoNan(OpNode node) {
        var order = node.commonOrder(0, 1);
        var quotient = write(node.step("Div"), node, order);
        var zero = node.scalar("zero", 0);
        var isZero = node.step("Equal").input(node.operand(1, order)).input(zero).add();
        node.result(node.write("Where").input(isZero).input(zero).input(quotient).add(), order);
    }

    /** OnesLike or ZerosLike: one value in the shape of the input. */
    static OpConverter likeInput(float value) {
        return node -> {
            var x = node.tensor(0);
            var shape = node.step("Shape").input(x.name()).add();
            var filled = node.write("Expand").input(node.scalar("value", value)).input(shape);
            node.result(filled.add(), x.order());
        };
    }

    static void rsqrt(OpNode node) {
        var x = node.tensor(0);
        var root = node.step("Sqrt").input(x.name()).add();
        node.result(node.write("Reciprocal").input(root).add(), x.order());
    }

    static void log1p(OpNode node) {
        var x = node.tensor(0);
        var sum = node.step("Add").input(x.name()).input(node.scalar("one", 1)).add();
        node.result(node.write("Log").input(sum).add(), x.order());
    }

    static void expm1(OpNode node) {
        var x = node.tensor(0);
        var power = node.step("Exp").input(x.name()).add();
        node.result(node.write("Sub").input(power).input(node.scalar("one", 1)).add(), x.order());
    }

    /** FloorDiv of floats. */
    static void floorDiv(OpNode node) {
        var order = node.commonOrder(0, 1);
        var quotient = write(node.step("Div"), node, order);
        node.result(node.write("Floor").input(quotient).add(), order);
    }

    /** ClipByValue: TensorFlow takes the lower limit first. */
    static void clip(OpNode node) {
        var order = node.commonOrder(0, 2);
        var upper =
                node.step("Min").input(node.operand(0, order)).input(node.operand(2, order)).add();
        node.result(node.write("Max").input(upper).input(node.operand(1, order)).add(), order);
    }

    /** Softmax or its logarithm, over the last axis. */
    static OpConverter softmax(String opType) {
        return node -> {
            var x = node.tensor(0);
            long axis = x.order().position(x.order().rank() - 1);
            node.result(
                    node.write(opType).input(x.name()).attribute("axis", axis).add(), x.order());
        };
    }

    /** Cast between float and integer types. */
    static void cast(OpNode node) {
        var x = node.tensor(0);
        var to = node.attributes().type("DstT", DataType.DT_FLOAT);
        node.result(
                node.write("Cast").input(x.name()).attribute("to", OnnxType.of(to)).add(),
                x.order());
    }

    private static String write(NodeWriter writer, OpNode node, AxisOrder order) {
        for (int slot = 0; slot < node.inputs(); slot++) {
            writer.input(node.operand(slot, order));
        }
        return writer.add();
    }
}

package io.pitlane.formats.tflite;

import io.pitlane.graph.quantization.Quantization;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.tensorflow.lite.schema.AddOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.CastOptionsT;
import org.tensorflow.lite.schema.DivOptionsT;
import org.tensorflow.lite.schema.MulOptionsT;
import org.tensorflow.lite.schema.SubOptionsT;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.proto.DataType;

/** Operations on every element alike, of one tensor or of several that are broadcast. */
final class Elementwise {
    /** How many axes some kernels broadcast; with more they end the process. */
    private static final int BROADCAST_AXES = 4;

    private static final int INT8 = 2;

    private Elementwise() {}

    /** An operation that TFLite has as the operator {@code code}, with the same inputs. */
    static OpConverter as(int code) {
        return node -> node.result(node.operator(code).inputs(node.tensors(0, node.inputs() - 1)));
    }

    /** The same for an operator whose kernel broadcasts tensors of up to four axes. */
    static OpConverter upToFourAxes(int code) {
        return node -> {
            requireFourAxes(node);
            as(code).convert(node);
        };
    }

    /** The same with a result of booleans. */
    static OpConverter comparison(int code) {
        return node -> {
            requireFourAxes(node);
            node.result(
                    node.operator(code).inputs(node.tensors(0, node.inputs() - 1)),
                    TensorType.BOOL);
        };
    }

    private static void requireFourAxes(OpNode node) {
        int rank = node.resultShape().numDimensions();
        for (int slot = 0; slot < node.inputs(); slot++) {
            if (rank > BROADCAST_AXES && !node.shape(slot).equals(node.resultShape())) {
                throw node.unsupported("TFLite does not broadcast it along more than four axes");
            }
        }
    }

    /** SquaredDifference, as a difference and its square where there are too many axes. */
    static void squaredDifference(OpNode node) {
        if (node.resultShape().numDimensions() <= BROADCAST_AXES) {
            as(BuiltinOperator.SQUARED_DIFFERENCE).convert(node);
            return;
        }
        var difference = node.step(node.operator(BuiltinOperator.SUB).inputs(node.tensors(0, 1)));
        node.result(node.operator(BuiltinOperator.MUL).input(difference).input(difference));
    }

    /** A sum, in int8 where both summands and the result are quantized. */
    static void add(OpNode node) {
        var options = new AddOptionsT();
        options.setFusedActivationFunction(node.absorbActivation());
        inIntegers(
                node,
                node.operator(BuiltinOperator.ADD).options(BuiltinOptions.AddOptions, options),
                any -> true);
    }

    /**
     * Adds the operator that computes a node from all of its inputs: in int8 where these are
     * quantized and the result is rounded in a way that the kernel takes, else in float32.
     */
    static void inIntegers(OpNode node, OperatorWriter operator, Predicate<Quantization> result) {
        int last = node.inputs() - 1;
        boolean integers =
                IntStream.rangeClosed(0, last).allMatch(slot -> node.held(slot).isQuantized());
        var quantization = node.absorbQuantization(q -> integers && result.test(q));
        if (quantization.isPresent()) {
            IntStream.rangeClosed(0, last).forEach(slot -> operator.input(node.held(slot)));
            node.result(operator.version(INT8), quantization.get());
        } else {
            node.result(operator.inputs(node.tensors(0, last)));
        }
    }

    static void subtract(OpNode node) {
        var options = new SubOptionsT();
        options.setFusedActivationFunction(node.absorbActivation());
        node.result(
                node.operator(BuiltinOperator.SUB)
                        .inputs(node.tensors(0, 1))
                        .options(BuiltinOptions.SubOptions, options));
    }

    /** A product, in int8 likewise. */
    static void multiply(OpNode node) {
        var options = new MulOptionsT();
        options.setFusedActivationFunction(node.absorbActivation());
        inIntegers(
                node,
                node.operator(BuiltinOperator.MUL).options(BuiltinOptions.MulOptions, options),
                any -> true);
    }

    static void divide(OpNode node) {
        var options = new DivOptionsT();
        options.setFusedActivationFunction(node.absorbActivation());
        node.result(
                node.operator(BuiltinOperator.DIV)
                        .inputs(node.tensors(0, 1))
                        .options(BuiltinOptions.DivOptions, options));
    }

    /** AddN: one sum after the other, which XNNPACK takes where it leaves ADD_N. */
    static void addAll(OpNode node) {
        var sum = node.tensor(0);
        int last = node.inputs() - 1;
        for (int slot = 1; slot < last; slot++) {
            sum = node.step(node.operator(BuiltinOperator.ADD).input(sum).input(node.tensor(slot)));
        }
        if (last == 0) {
            node.bind(sum);
        } else {
            node.result(node.operator(BuiltinOperator.ADD).input(sum).input(node.tensor(last)));
        }
    }

    /** Passes its input on. */
    static void identity(OpNode node) {
        node.bind(node.held(0));
    }

    /** BiasAdd along the last axis. */
    static void biasAdd(OpNode node) {
        node.requireChannelsLast();
        add(node);
    }

    static void reciprocal(OpNode node) {
        node.result(
                node.operator(BuiltinOperator.DIV)
                        .input(node.scalar("one", 1))
                        .input(node.tensor(0)));
    }

    /** DivNoNan: 0 where the divisor is 0. */
    static void divNoNan(OpNode node) {
        var zeros =
                node.step(
                        node.operator(BuiltinOperator.ZEROS_LIKE).input(node.tensor(1)),
                        TensorType.FLOAT32,
                        node.shape(1));
        var quotient = node.step(node.operator(BuiltinOperator.DIV).inputs(node.tensors(0, 1)));
        var isZero =
                node.step(
                        node.operator(BuiltinOperator.EQUAL).input(node.tensor(1)).input(zeros),
                        TensorType.BOOL,
                        node.shape(1));
        node.result(
                node.operator(BuiltinOperator.SELECT_V2)
                        .input(isZero)
                        .input(zeros)
                        .input(quotient));
    }

    static void onesLike(OpNode node) {
        var zeros = node.step(node.operator(BuiltinOperator.ZEROS_LIKE).input(node.tensor(0)));
        node.result(node.operator(BuiltinOperator.ADD).input(zeros).input(node.scalar("one", 1)));
    }

    /** ClipByValue: TensorFlow takes the lower limit first. */
    static void clip(OpNode node) {
        var upper =
                node.step(
                        node.operator(BuiltinOperator.MINIMUM)
                                .input(node.tensor(0))
                                .input(node.tensor(2)));
        node.result(node.operator(BuiltinOperator.MAXIMUM).input(upper).input(node.tensor(1)));
    }

    /** Cast between types. */
    static void cast(OpNode node) {
        var options = new CastOptionsT();
        byte to = TfliteType.of(node.attributes().type("DstT", DataType.DT_FLOAT));
        options.setInDataType(node.tensor(0).type());
        options.setOutDataType(to);
        node.result(
                node.operator(BuiltinOperator.CAST)
                        .input(node.tensor(0))
                        .options(BuiltinOptions.CastOptions, options),
                to);
    }
}

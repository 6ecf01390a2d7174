package io.pitlane.formats.tflite;

import io.pitlane.graph.quantization.Quantization;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.LeakyReluOptionsT;
import org.tensorflow.lite.schema.SoftmaxOptionsT;

/** Non-linearities, those that TFLite does not have composed of others. */
final class Activations {
    /** Klambauer et al., Self-Normalizing Neural Networks, 2017: alpha and lambda. */
    private static final double SELU_ALPHA = 1.6732632423543772;

    private static final double SELU_SCALE = 1.0507009873554805;

    /**
     * Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: p, and a1 to a5. The error
     * is at most 1.5e-7.
     */
    private static final double ERF_P = 0.3275911;

    private static final double[] ERF_A = {
        0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429
    };

    /** What the int8 kernel of a sigmoid gives: steps of 1/256 from 0. */
    private static final Quantization SIGMOID_RESULT = Quantization.unsigned(255 / 256f, 0);

    /** What that of a hyperbolic tangent gives: steps of 1/128 around 0. */
    private static final Quantization TANH_RESULT = Quantization.unsigned(255 / 128f, 128);

    private Activations() {}

    static void sigmoid(OpNode node) {
        Elementwise.inIntegers(
                node, node.operator(BuiltinOperator.LOGISTIC), SIGMOID_RESULT::equals);
    }

    static void tanh(OpNode node) {
        Elementwise.inIntegers(node, node.operator(BuiltinOperator.TANH), TANH_RESULT::equals);
    }

    static void leakyRelu(OpNode node) {
        var options = new LeakyReluOptionsT();
        options.setAlpha(node.attributes().number("alpha", 0.2f));
        Elementwise.inIntegers(
                node,
                node.operator(BuiltinOperator.LEAKY_RELU)
                        .options(BuiltinOptions.LeakyReluOptions, options),
                any -> true);
    }

    /** Softmax over the last axis. */
    static void softmax(OpNode node) {
        var options = new SoftmaxOptionsT();
        options.setBeta(1);
        node.result(
                node.operator(BuiltinOperator.SOFTMAX)
                        .input(node.tensor(0))
                        .options(BuiltinOptions.SoftmaxOptions, options));
    }

    /** Selu: {@code lambda (max(x, 0) + alpha elu(min(x, 0)))}. */
    static void selu(OpNode node) {
        var x = node.tensor(0);
        var above = node.step(node.operator(BuiltinOperator.RELU).input(x));
        var negative =
                node.step(
                        node.operator(BuiltinOperator.MINIMUM)
                                .input(x)
                                .input(node.scalar("zero", 0)));
        var elu = node.step(node.operator(BuiltinOperator.ELU).input(negative));
        var below = times(node, elu, "alpha", SELU_ALPHA);
        var sum = node.step(node.operator(BuiltinOperator.ADD).input(above).input(below));
        node.result(
                node.operator(BuiltinOperator.MUL)
                        .input(sum)
                        .input(node.scalar("lambda", SELU_SCALE)));
    }

    /** Softplus: {@code max(x, 0) + log(1 + exp(-|x|))}, which does not overflow. */
    static void softplus(OpNode node) {
        var x = node.tensor(0);
        var above = node.step(node.operator(BuiltinOperator.RELU).input(x));
        var exponential = expOfMinus(node, absolute(node, x));
        var logarithm =
                node.step(
                        node.operator(BuiltinOperator.LOG)
                                .input(plus(node, exponential, "one", 1)));
        node.result(node.operator(BuiltinOperator.ADD).input(above).input(logarithm));
    }

    /** Softsign: {@code x / (1 + |x|)}. */
    static void softsign(OpNode node) {
        var x = node.tensor(0);
        node.result(
                node.operator(BuiltinOperator.DIV)
                        .input(x)
                        .input(plus(node, absolute(node, x), "one", 1)));
    }

    /**
     * Erf: {@code sign(x) (1 - (a1 t + ... + a5 t^5) exp(-x^2))} with {@code t = 1 / (1 + p |x|)}.
     */
    static void erf(OpNode node) {
        var x = node.tensor(0);
        var scaled = plus(node, times(node, absolute(node, x), "p", ERF_P), "one", 1);
        var t =
                node.step(
                        node.operator(BuiltinOperator.DIV)
                                .input(node.scalar("one", 1))
                                .input(scaled));
        var polynomial = times(node, t, "a5", ERF_A[4]);
        for (int i = ERF_A.length - 2; i >= 0; i--) {
            var sum = plus(node, polynomial, "a" + (i + 1), ERF_A[i]);
            polynomial = node.step(node.operator(BuiltinOperator.MUL).input(sum).input(t));
        }
        var square = node.step(node.operator(BuiltinOperator.MUL).input(x).input(x));
        var tail =
                node.step(
                        node.operator(BuiltinOperator.MUL)
                                .input(polynomial)
                                .input(expOfMinus(node, square)));
        var distance =
                node.step(
                        node.operator(BuiltinOperator.SUB)
                                .input(node.scalar("one", 1))
                                .input(tail));
        var sign = node.step(node.operator(BuiltinOperator.SIGN).input(x));
        node.result(node.operator(BuiltinOperator.MUL).input(sign).input(distance));
    }

    private static TfliteTensor absolute(OpNode node, TfliteTensor x) {
        return node.step(node.operator(BuiltinOperator.ABS).input(x));
    }

    private static TfliteTensor expOfMinus(OpNode node, TfliteTensor x) {
        var negative = node.step(node.operator(BuiltinOperator.NEG).input(x));
        return node.step(node.operator(BuiltinOperator.EXP).input(negative));
    }

    private static TfliteTensor times(OpNode node, TfliteTensor x, String name, double factor) {
        return node.step(
                node.operator(BuiltinOperator.MUL).input(x).input(node.scalar(name, factor)));
    }

    private static TfliteTensor plus(OpNode node, TfliteTensor x, String name, double summand) {
        return node.step(
                node.operator(BuiltinOperator.ADD).input(x).input(node.scalar(name, summand)));
    }
}

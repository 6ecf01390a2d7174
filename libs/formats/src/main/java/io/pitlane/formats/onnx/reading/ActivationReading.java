package io.pitlane.formats.onnx.reading;

import java.util.Optional;
import org.tensorflow.Output;

/** Non-linearities with parameters, from TensorFlow's operations. */
final class ActivationReading {
    private static final float SELU_ALPHA = 1.67326319f;
    private static final float SELU_GAMMA = 1.05070102f;
    private static final float HARD_SWISH_ALPHA = 1f / 6;

    private ActivationReading() {}

    static void leakyRelu(OnnxNode node) {
        node.result(
                node.write("LeakyRelu")
                        .input(node.held(0))
                        .attribute("alpha", node.number("alpha", 0.01f))
                        .add(),
                node.order(0));
    }

    static void elu(OnnxNode node) {
        float alpha = node.number("alpha", 1);
        if (alpha == 1) {
            ElementwiseReading.unary("Elu").convert(node);
            return;
        }
        var scaled = multiplied(node, node.step("Elu").input(node.held(0)).add(), alpha);
        node.result(whereNegative(node, scaled), node.order(0));
    }

    static void selu(OnnxNode node) {
        float alpha = node.number("alpha", SELU_ALPHA);
        float gamma = node.number("gamma", SELU_GAMMA);
        if (Math.abs(alpha - SELU_ALPHA) < 1e-5 && Math.abs(gamma - SELU_GAMMA) < 1e-5) {
            ElementwiseReading.unary("Selu").convert(node);
            return;
        }
        var scaled = multiplied(node, node.step("Elu").input(node.held(0)).add(), alpha);
        node.result(multiplied(node, whereNegative(node, scaled), gamma), node.order(0));
    }

    /** The values themselves where they are positive, else others, which are at most 0. */
    private static Output<?> whereNegative(OnnxNode node, Output<?> others) {
        var positive = node.write("Relu").input(node.held(0)).add();
        var negative = node.step("Minimum").input(others).input(node.scalar(0)).add();
        return node.step("AddV2").input(positive).input(negative).add();
    }

    /** PRelu: the slope is broadcast; before operator set 7 it may be of the channels. */
    static void pRelu(OnnxNode node) {
        int rank = node.rank(0);
        boolean perChannel = node.opset() < 7 && node.rank(1) == 1 && node.shape(1)[0] > 1;
        var order = perChannel ? OnnxNode.channelsLastOrder(rank) : node.commonOrder(0, 1);
        var x = node.inOrder(0, order);
        var slope = perChannel ? node.held(1) : node.operand(1, order);
        var positive = node.write("Relu").input(x).add();
        var negative = node.step("Relu").input(node.step("Neg").input(x).add()).add();
        var scaled = node.step("Mul").input(negative).input(slope).add();
        node.result(node.step("Sub").input(positive).input(scaled).add(), order);
    }

    /** Clip: its limits are attributes before operator set 11, then inputs. */
    static void clip(OnnxNode node) {
        var low = limit(node, "min", 1);
        var high = limit(node, "max", 2);
        var x = node.held(0);
        boolean fromZero = low.isPresent() && low.get() == 0;
        if (fromZero && high.isPresent() && high.get() == 6) {
            x = node.write("Relu6").input(x).add();
        } else if (fromZero) {
            x = node.write("Relu").input(x).add();
            x = high.isPresent() ? bounded(node, "Minimum", x, high.get()) : x;
        } else {
            x = low.isPresent() ? bounded(node, "Maximum", x, low.get()) : x;
            x = high.isPresent() ? bounded(node, "Minimum", x, high.get()) : x;
        }
        node.result(x, node.order(0));
    }

    private static Optional<Float> limit(OnnxNode node, String attribute, int slot) {
        float far = attribute.equals("min") ? -Float.MAX_VALUE : Float.MAX_VALUE;
        float limit =
                node.has(attribute)
                        ? node.number(attribute, far)
                        : node.hasInput(slot)
                                ? node.floats(slot, "limit '" + attribute + "'").values()[0]
                                : far;
        boolean limits = Float.isFinite(limit) && Math.abs(limit) != Float.MAX_VALUE;
        return limits ? Optional.of(limit) : Optional.empty();
    }

    private static Output<?> bounded(OnnxNode node, String type, Output<?> x, float limit) {
        return node.write(type).input(x).input(node.scalar(limit)).add();
    }

    /** HardSigmoid: {@code max(0, min(1, alpha * x + beta))}. */
    static void hardSigmoid(OnnxNode node) {
        var x = node.held(0);
        float alpha = node.number("alpha", 0.2f);
        float beta = node.number("beta", 0.5f);
        node.result(hardSigmoid(node, x, alpha, beta), node.order(0));
    }

    private static Output<?> hardSigmoid(OnnxNode node, Output<?> x, float alpha, float beta) {
        if (Math.abs(alpha - HARD_SWISH_ALPHA) < 1e-6 && beta == 0.5f) {
            var shifted = node.step("AddV2").input(x).input(node.scalar(3)).add();
            var clipped = node.write("Relu6").input(shifted).add();
            return multiplied(node, clipped, HARD_SWISH_ALPHA);
        }
        var line =
                node.step("AddV2").input(multiplied(node, x, alpha)).input(node.scalar(beta)).add();
        return bounded(node, "Minimum", node.step("Relu").input(line).add(), 1);
    }

    /** HardSwish: {@code x * HardSigmoid(x)} with slope 1/6. */
    static void hardSwish(OnnxNode node) {
        var x = node.held(0);
        var gate = hardSigmoid(node, x, HARD_SWISH_ALPHA, 0.5f);
        node.result(node.step("Mul").input(x).input(gate).add(), node.order(0));
    }

    /** Gelu (Hendrycks and Gimpel 2016), exact or with the hyperbolic tangent. */
    static void gelu(OnnxNode node) {
        var x = node.held(0);
        Output<?> curve;
        if (node.string("approximate", "none").equals("tanh")) {
            var cube =
                    multiplied(
                            node,
                            node.step("Mul")
                                    .input(x)
                                    .input(node.step("Square").input(x).add())
                                    .add(),
                            0.044715f);
            var inner = node.step("AddV2").input(x).input(cube).add();
            float factor = (float) Math.sqrt(2 / Math.PI);
            curve = node.step("Tanh").input(multiplied(node, inner, factor)).add();
        } else {
            curve = node.step("Erf").input(multiplied(node, x, (float) Math.sqrt(0.5))).add();
        }
        var gate = node.step("AddV2").input(curve).input(node.scalar(1)).add();
        var product = node.write("Mul").input(x).input(gate).add();
        node.result(multiplied(node, product, 0.5f), node.order(0));
    }

    /** Mish (Misra 2019): {@code x * tanh(softplus(x))}. */
    static void mish(OnnxNode node) {
        var x = node.held(0);
        var softplus = node.step("Softplus").input(x).add();
        var gate = node.step("Tanh").input(softplus).add();
        node.result(node.write("Mul").input(x).input(gate).add(), node.order(0));
    }

    /** Swish: {@code x * sigmoid(alpha * x)}. */
    static void swish(OnnxNode node) {
        var x = node.held(0);
        var gate = node.step("Sigmoid").input(multiplied(node, x, node.number("alpha", 1))).add();
        node.result(node.write("Mul").input(x).input(gate).add(), node.order(0));
    }

    private static Output<?> multiplied(OnnxNode node, Output<?> x, float factor) {
        return factor == 1 ? x : node.step("Mul").input(x).input(node.scalar(factor)).add();
    }
}

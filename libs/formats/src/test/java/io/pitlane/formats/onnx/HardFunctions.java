package io.pitlane.formats.onnx;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;

/** Hard sigmoid and hard swish, as frameworks spell them. */
final class HardFunctions {
    private HardFunctions() {}

    /** As Keras 3: {@code relu6(x + 3) / 6}. */
    static String sigmoid(TestNet net, String x) {
        var clipped = net.op("Relu6", "clipped", net.op("AddV2", "sum", x, number(net, 3)));
        return net.op("RealDiv", "sigmoid", clipped, number(net, 6));
    }

    /** As ONNX and Keras 2 by default: {@code clip(0.2 x + 0.5, 0, 1)}. */
    static String steeperSigmoid(TestNet net, String x) {
        var scaled = net.op("Mul", "scaled", x, number(net, 0.2f));
        var line = net.op("AddV2", "line", scaled, number(net, 0.5f));
        return net.op("ClipByValue", "clip", line, number(net, 0), number(net, 1));
    }

    /** As Keras 3: {@code x * (relu6(x + 3) / 6)}. */
    static String swish(TestNet net, String x) {
        return net.op("Mul", "swish", x, sigmoid(net, x));
    }

    /** As in papers: {@code x * relu6(x + 3) * (1 / 6)}. */
    static String swishOfProducts(TestNet net, String x) {
        var clipped = net.op("Relu6", "clipped", net.op("AddV2", "sum", number(net, 3), x));
        var product = net.op("Mul", "product", x, clipped);
        return net.op("Mul", "swish", product, number(net, 1f / 6));
    }

    private static String number(TestNet net, float value) {
        var name = "number" + value;
        net.constant(name, new FloatTensor(new float[] {value}));
        return name;
    }
}

package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.SampleNetwork;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Float networks to quantize, by name: images {@code [N, 16, 16, 3]}. */
final class QuantizedNets {
    private QuantizedNets() {}

    static Map<String, Supplier<FlatGraph>> all() {
        var nets = new TreeMap<>(SampleGraphs.all());
        nets.remove("fixedBatch");
        nets.put("grouped", QuantizedNets::grouped);
        nets.put("several outputs a channel", QuantizedNets::severalOutputsAChannel);
        nets.put("isolated depthwise", QuantizedNets::isolatedDepthwise);
        nets.put("transposed convolution without bias", QuantizedNets::upsampled);
        nets.put("squeeze and excite", QuantizedNets::squeezeAndExcite);
        nets.put("a sum with a float addend", QuantizedNets::floatAddend);
        nets.put("a product of two branches", QuantizedNets::product);
        nets.put("joined parts of different ranges", QuantizedNets::joined);
        nets.put("nearest and bilinear resizing", QuantizedNets::resized);
        nets.put("activation functions", QuantizedNets::activations);
        nets.put("a dense squeeze", QuantizedNets::denseSqueeze);
        nets.put("a sum of three", QuantizedNets::sumOfThree);
        nets.put("hard swish and hard sigmoid", QuantizedNets::inverted);
        return nets;
    }

    private static NetBuilder net() {
        return new NetBuilder(17, -1, 16, 16, 3);
    }

    private static String stem(NetBuilder net) {
        return net.unary("Relu", "stem/relu", net.convBias("stem", "x", 3, 3, 16, 1));
    }

    private static FlatGraph grouped() {
        var net = net();
        var grouped = net.conv("grouped", stem(net), net.weights(3, 3, 4, 16), 1);
        var last = net.unary("Relu", "relu", net.bias("grouped/bias", grouped, 16));
        return net.build(net.convBias("last", last, 1, 16, 6, 1));
    }

    private static FlatGraph severalOutputsAChannel() {
        var net = net();
        var twice = net.bias("twice/bias", net.depthwise("twice", stem(net), 3, 16, 2, 2), 32);
        return net.build(net.convBias("last", net.unary("Relu6", "relu6", twice), 1, 32, 6, 1));
    }

    private static FlatGraph isolatedDepthwise() {
        var net = net();
        var deep = net.bias("deep/bias", net.depthwise("deep", "x", 3, 3), 3);
        return net.build(net.unary("Elu", "elu", net.unary("Relu", "relu", deep)));
    }

    private static FlatGraph upsampled() {
        var net = new SampleNetwork(17);
        var x = net.input("image", -1, 16, 16, 3);
        x = net.relu("relu", net.bias("bias", net.conv("conv", x, 3, 3, 16, 1), 16));
        x = net.upConv("up", net.pool("pool", x), 8, 8, 16, 8);
        x = net.bias("last/bias", net.conv("last", x, 3, 8, 6, 1), 6);
        return net.output("mask", x, -1, 16, 16, 6).build();
    }

    private static FlatGraph squeezeAndExcite() {
        var net = net();
        var features = stem(net);
        var squeezed = net.globalMean("squeeze", features, true);
        var reduced = net.unary("Relu", "reduced", net.convBias("fc1", squeezed, 1, 16, 4, 1));
        var gate = net.unary("Sigmoid", "gate", net.convBias("fc2", reduced, 1, 4, 16, 1));
        var scaled = net.binary("Mul", "scaled", features, gate);
        var last = net.unary("Relu", "relu", net.convBias("last", scaled, 3, 16, 24, 2));
        return net.build(net.dense("dense", net.globalMean("mean", last, false), 24, 5));
    }

    private static FlatGraph denseSqueeze() {
        var net = net();
        var features = stem(net);
        var squeezed = net.globalMean("squeeze", features, false);
        var reduced = net.unary("Relu", "reduced", net.dense("fc1", squeezed, 16, 4));
        var gate = net.unary("Sigmoid", "gate", net.dense("fc2", reduced, 4, 16));
        var scaled = net.binary("Mul", "scaled", features, net.image("image", gate, 16));
        return net.build(net.convBias("last", scaled, 1, 16, 6, 1));
    }

    /** An inverted residual block of MobileNetV3. */
    private static FlatGraph inverted() {
        var net = net();
        var first = net.convBias("stem", "x", 3, 3, 16, 1);
        var stem = net.binary("Mul", "stem/swish", first, net.hardSigmoid("stem/gate", first));
        var wide = net.convBias("expand", stem, 1, 16, 32, 1);
        var shifted = net.with("AddV2", "expand/shifted", wide, 3);
        var product =
                net.binary("Mul", "expand/product", wide, net.unary("Relu6", "clipped", shifted));
        var expanded = net.with("Mul", "expand/swish", product, 1f / 6);
        var deep = net.bias("deep/bias", net.depthwise("deep", expanded, 3, 32), 32);
        var squeezed = net.globalMean("squeeze", deep, true);
        var reduced = net.unary("Relu", "reduced", net.convBias("fc1", squeezed, 1, 32, 8, 1));
        var gate = net.hardSigmoid("gate", net.convBias("fc2", reduced, 1, 8, 32, 1));
        var narrow = net.convBias("project", net.binary("Mul", "gated", deep, gate), 1, 32, 16, 1);
        var sum = net.binary("AddV2", "sum", narrow, stem);
        return net.build(net.dense("dense", net.globalMean("mean", sum, false), 16, 5));
    }

    private static FlatGraph floatAddend() {
        var net = net();
        var x = net.unary("Elu", "elu", net.convBias("signed", "x", 3, 3, 16, 1));
        var sum = net.binary("AddV2", "sum", stem(net), x);
        return net.build(net.convBias("last", net.unary("Relu", "relu", sum), 1, 16, 6, 1));
    }

    private static FlatGraph sumOfThree() {
        var net = net();
        var stem = stem(net);
        var signed = net.convBias("signed", stem, 3, 16, 16, 1);
        var deep = net.bias("deep/bias", net.depthwise("deep", stem, 3, 16), 16);
        var sum = net.sum("sum", stem, signed, deep);
        return net.build(net.convBias("last", net.unary("Relu", "relu", sum), 1, 16, 6, 1));
    }

    private static FlatGraph product() {
        var net = net();
        var x = net.convBias("signed", "x", 3, 3, 16, 1);
        var product = net.binary("Mul", "product", stem(net), x);
        return net.build(net.convBias("last", product, 1, 16, 6, 1));
    }

    /** A small part, one of about the same range, and one of negative values. */
    static FlatGraph joined() {
        var net = net();
        var high = stem(net);
        var wide = net.pool("MaxPool", "pool", high, 3, 1, "SAME");
        var low = net.conv("low", high, net.weights(1, 1, 16, 8).map(v -> 0.01 * v), 1);
        var signed = net.convBias("signed", high, 1, 16, 8, 1);
        var one = net.concat("one", high, wide);
        var two = net.concat("two", net.unary("Relu", "low/relu", low), signed);
        var last = net.convBias("last", net.concat("all", one, two), 1, 48, 6, 1);
        return net.build(last);
    }

    private static FlatGraph resized() {
        var net = net();
        var small = net.pool("MaxPool", "pool", stem(net), 2, 2, "VALID");
        var near = net.convBias("near", net.resize("Nearest", "up1", small, 16), 1, 16, 8, 1);
        var smooth = net.convBias("smooth", net.resize("Linear", "up2", small, 16), 1, 16, 8, 1);
        return net.build(net.convBias("last", net.concat("both", near, smooth), 1, 16, 6, 1));
    }

    private static FlatGraph activations() {
        var net = net();
        var x = net.convBias("signed", "x", 3, 3, 8, 1);
        var tanh = net.convBias("a", net.unary("Tanh", "tanh", x), 1, 8, 8, 1);
        var sigmoid = net.convBias("b", net.unary("Sigmoid", "sigmoid", tanh), 1, 8, 8, 1);
        var leaky = net.unary("LeakyRelu", "leaky", sigmoid);
        return net.build(net.convBias("last", leaky, 1, 8, 6, 1));
    }
}

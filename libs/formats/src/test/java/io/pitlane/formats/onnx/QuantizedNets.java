package io.pitlane.formats.onnx;

import static io.pitlane.formats.onnx.OpCase.named;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Float networks of two layers with something between them, by what that is. */
final class QuantizedNets {
    private static final int CHANNELS = 8;

    private QuantizedNets() {}

    static Map<String, Supplier<FlatGraph>> all() {
        var nets = new LinkedHashMap<String, Supplier<FlatGraph>>();
        nets.put("layers of signed values", () -> between((net, x) -> x));
        nets.put("a grouped convolution", () -> between(QuantizedNets::grouped));
        nets.put(
                "a depthwise convolution of several outputs a channel",
                () -> between((net, x) -> depthwise(net, net.relu(x))));
        nets.put("a transposed convolution", () -> between(QuantizedNets::transposed));
        nets.put("a residual sum of signed values", () -> between(QuantizedNets::sum));
        nets.put("MaxPool SAME", () -> between((net, x) -> net.pool("pool", x)));
        nets.put("AvgPool", () -> between((net, x) -> net.put(average(net.relu(x)))));
        nets.put("Pad", () -> between(QuantizedNets::padded));
        nets.put("joined values of one limit", () -> between(QuantizedNets::joined));
        nets.put(
                "ResizeNearestNeighbor", () -> between((n, x) -> resized(n, x, "NearestNeighbor")));
        nets.put("ResizeBilinear", () -> between((n, x) -> resized(n, x, "Bilinear")));
        nets.put(
                "Mul of images",
                () -> between((net, x) -> net.op("Mul", "square", x, net.relu(x))));
        nets.put("Mul of channels", () -> between(QuantizedNets::gated));
        nets.put("Mean of images", () -> between(QuantizedNets::averaged));
        for (var op : List.of("Sigmoid", "Tanh", "LeakyRelu")) {
            nets.put(op, () -> between((net, x) -> net.op(op, "function", x)));
        }
        nets.put("hard sigmoid", () -> between(HardFunctions::sigmoid));
        nets.put("hard sigmoid of another slope", () -> between(HardFunctions::steeperSigmoid));
        nets.put("hard swish", () -> between(HardFunctions::swish));
        nets.put("convolutions of volumes", () -> volumes((net, x) -> x));
        nets.put(QuantizedComparison.POOLED_VOLUMES, () -> volumes(QuantizedNets::volumePool));
        nets.put("a dense layer with a transposed kernel", QuantizedNets::transposedKernel);
        return nets;
    }

    /** Layers behind a convolution with bias, and before another one. */
    private static FlatGraph between(BiFunction<TestNet, String, String> layers) {
        var net = new TestNet(-1, 8, 8, 3);
        var first = net.bias("first/bias", net.conv("first", "x", 3, CHANNELS), CHANNELS);
        var middle = layers.apply(net, first);
        int channels = middle.equals("joined") ? 2 * CHANNELS : CHANNELS;
        var last = net.conv("last", middle, channels, 6);
        return net.graph(net.bias("last/bias", last, 6));
    }

    private static String grouped(TestNet net, String x) {
        net.weight("grouped/kernel", 0.3, 3, 3, CHANNELS / 2, CHANNELS);
        var conv = net.convWith("grouped", net.relu(x), "grouped/kernel", 1, "NHWC");
        return net.relu(net.bias("grouped/bias", conv, CHANNELS));
    }

    private static String depthwise(TestNet net, String x) {
        var many = net.bias("many/bias", net.depthwise("many", x, CHANNELS, 3), 3 * CHANNELS);
        return net.conv("narrow", net.relu(many), 3 * CHANNELS, CHANNELS);
    }

    private static String transposed(TestNet net, String x) {
        return net.bias("up/bias", net.upConv("up", net.relu(x), 8, CHANNELS, CHANNELS), CHANNELS);
    }

    private static String sum(TestNet net, String x) {
        var product =
                net.bias("product/bias", net.conv("product", x, CHANNELS, CHANNELS), CHANNELS);
        return net.op("AddV2", "sum", product, x);
    }

    /** Of nine values: no sum lies half-way between two integers, where engines may differ. */
    private static NodeBuilder average(String x) {
        return named("average", "AvgPool", x)
                .ints("ksize", 1L, 3, 3, 1)
                .ints("strides", 1L, 2, 2, 1)
                .string("padding", "VALID");
    }

    private static String padded(TestNet net, String x) {
        net.matrix("amounts", 0, 0, 1, 2, 0, 1, 0, 0);
        return net.op("Pad", "padded", x, "amounts");
    }

    private static String joined(TestNet net, String x) {
        var pooled =
                net.put(
                        named("pool", "MaxPool", x)
                                .ints("ksize", 1L, 3, 3, 1)
                                .ints("strides", 1L, 1, 1, 1)
                                .string("padding", "SAME"));
        net.ints("axis", 3);
        return net.put(named("joined", "ConcatV2", x, pooled, "axis").integer("N", 2));
    }

    private static String gated(TestNet net, String x) {
        var features = net.relu(x);
        var mean = net.globalMean("mean", features, true);
        var gate = net.bias("gate/bias", net.conv("gate", mean, CHANNELS, CHANNELS), CHANNELS);
        return net.op("Mul", "gated", features, net.op("Sigmoid", "sigmoid", gate));
    }

    private static String averaged(TestNet net, String x) {
        var mean = net.globalMean("mean", net.relu(x), false);
        return net.reshape("one", mean, -1, 1, 1, CHANNELS);
    }

    /** Three times as large: likewise. */
    private static String resized(TestNet net, String x, String method) {
        net.vector("size", 24, 24);
        return net.put(
                named("resized", "Resize" + method, x, "size").bool("half_pixel_centers", true));
    }

    private static FlatGraph volumes(BiFunction<TestNet, String, String> between) {
        var net = new TestNet(-1, 6, 8, 8, 3);
        var first = net.relu(net.bias("first/bias", volumes(net, "first", "x", 3, 8), 8));
        var last = volumes(net, "last", between.apply(net, first), 8, 6);
        return net.graph(net.bias("last/bias", last, 6));
    }

    private static String volumePool(TestNet net, String x) {
        return net.put(
                named("pool", "MaxPool3D", x)
                        .ints("ksize", 1L, 2, 2, 2, 1)
                        .ints("strides", 1L, 2, 2, 2, 1)
                        .string("data_format", "NDHWC")
                        .string("padding", "VALID"));
    }

    private static String volumes(TestNet net, String name, String x, int from, int to) {
        net.weight(name + "/kernel", 0.3, 2, 3, 3, from, to);
        return net.put(
                named(name, "Conv3D", x, name + "/kernel")
                        .ints("strides", 1L, 1, 2, 2, 1)
                        .string("data_format", "NDHWC")
                        .string("padding", "SAME"));
    }

    private static FlatGraph transposedKernel() {
        var net = new TestNet(-1, 12);
        net.weight("kernel", 0.3, 9, 12);
        var dense = net.put(named("dense", "MatMul", "x", "kernel").bool("transpose_b", true));
        var hidden = net.relu(net.bias("bias", dense, 9));
        return net.graph(net.bias("last/bias", net.dense("last", hidden, 9, 5), 5));
    }
}

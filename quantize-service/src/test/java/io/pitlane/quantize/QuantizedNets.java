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
}

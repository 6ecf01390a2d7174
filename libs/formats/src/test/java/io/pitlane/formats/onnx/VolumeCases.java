package io.pitlane.formats.onnx;

import static io.pitlane.formats.onnx.OpCase.named;

import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Uses of convolutions and poolings over depth, height and width. */
final class VolumeCases {
    private static final long[] VOLUME = {6, 7, 5, 3};

    private VolumeCases() {}

    static Stream<OpCase> all() {
        var cases = new ArrayList<OpCase>();
        for (var padding : List.of("SAME", "VALID")) {
            cases.add(conv(padding, 1, 1));
            cases.add(conv(padding, 2, 1));
            cases.add(conv(padding, 1, 2));
            for (var pool : List.of("MaxPool3D", "AvgPool3D")) {
                cases.add(
                        new OpCase(
                                "%s %s".formatted(pool, padding),
                                VOLUME,
                                (net, x) ->
                                        net.put(
                                                strided(named("y", pool, x), padding, 2)
                                                        .ints("ksize", 1L, 2, 3, 2, 1))));
            }
        }
        cases.add(new OpCase("Conv3D, bias and Relu6", VOLUME, VolumeCases::withBias));
        return cases.stream();
    }

    private static OpCase conv(String padding, long stride, long dilation) {
        return new OpCase(
                "Conv3D %s %d/%d".formatted(padding, stride, dilation),
                VOLUME,
                (net, x) -> conv(net, x, padding, stride, dilation));
    }

    private static String conv(TestNet net, String x, String padding, long stride, long dilation) {
        net.weight("kernel", 0.3, 2, 3, 2, 3, 4);
        return net.put(
                strided(named("y", "Conv3D", x, "kernel"), padding, stride)
                        .ints("dilations", 1L, dilation, dilation, 1, 1));
    }

    private static NodeBuilder strided(NodeBuilder node, String padding, long stride) {
        return node.ints("strides", 1L, stride, stride, 1, 1)
                .string("data_format", "NDHWC")
                .string("padding", padding);
    }

    private static String withBias(TestNet net, String x) {
        var bias = net.bias("bias", conv(net, x, "SAME", 2, 1), 4);
        return net.op("Relu6", "relu6", bias);
    }
}

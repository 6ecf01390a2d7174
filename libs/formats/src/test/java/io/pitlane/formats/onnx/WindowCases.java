package io.pitlane.formats.onnx;

import static io.pitlane.formats.onnx.OpCase.images;
import static io.pitlane.formats.onnx.OpCase.named;
import static io.pitlane.formats.onnx.OpCase.node;
import static io.pitlane.formats.onnx.OpCase.rows;

import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/** Uses of convolutions and poolings. */
final class WindowCases {
    private WindowCases() {}

    static Stream<OpCase> all() {
        return Stream.of(convolutions(), transposedConvolutions(), pooling()).flatMap(List::stream);
    }

    private static List<OpCase> convolutions() {
        var cases = new ArrayList<OpCase>();
        for (var padding : List.of("SAME", "VALID")) {
            for (int size : new int[] {1, 2, 3, 5}) {
                for (int stride : new int[] {1, 2, 3}) {
                    cases.add(conv(padding, size, stride, 1));
                }
            }
            cases.add(conv(padding, 3, 1, 2));
            cases.add(conv(padding, 2, 2, 2));
            for (int multiplier : new int[] {1, 3}) {
                for (int stride : new int[] {1, 2}) {
                    cases.add(depthwise(padding, multiplier, stride, 1));
                }
            }
            cases.add(depthwise(padding, 2, 1, 2));
        }
        cases.add(
                new OpCase(
                        "Conv2D and poolings SAME of images of any size",
                        new long[] {-1, -1, 4},
                        (net, x) -> {
                            net.weight("k", 0.3, 3, 3, 4, 6);
                            var conv = net.put(window(named("c", "Conv2D", x, "k"), 2, 1, "SAME"));
                            var maximum = net.put(pool("MaxPool", conv, "SAME", 2, 1));
                            return net.put(pool("AvgPool", maximum, "SAME", 3, 2));
                        }));
        cases.add(
                images(
                        "Conv2D EXPLICIT",
                        (net, x) -> {
                            net.weight("k", 0.3, 3, 3, 4, 6);
                            return net.put(
                                    window(node("Conv2D", x, "k"), 2, 1, "EXPLICIT")
                                            .ints("explicit_paddings", 0L, 0, 0, 1, 2, 1, 0, 0));
                        }));
        cases.add(
                images(
                        "Conv2D of two groups, with a bias",
                        (net, x) -> {
                            net.weight("k", 0.3, 3, 3, 2, 6);
                            var conv = window(named("c", "Conv2D", x, "k"), 1, 1, "SAME");
                            return net.bias("b", net.put(conv), 6);
                        }));
        cases.add(
                images(
                        "Conv2D whose bias is not all that reads it",
                        (net, x) -> {
                            var conv = net.conv("c", x, 4, 6);
                            return net.op("AddV2", "y", net.bias("b", conv, 6), net.relu(conv));
                        }));
        cases.add(
                images(
                        "Conv2D, then two activations of one bias",
                        (net, x) -> {
                            var bias = net.bias("b", net.conv("c", x, 4, 6), 6);
                            return net.op("Mul", "y", net.relu(bias), bias);
                        }));
        return cases;
    }

    private static OpCase conv(String padding, int size, int stride, int dilation) {
        return images(
                "Conv2D %s %d/%d/%d".formatted(padding, size, stride, dilation),
                (net, x) -> {
                    net.weight("k", 0.3, size, size, 4, 6);
                    return net.put(window(node("Conv2D", x, "k"), stride, dilation, padding));
                });
    }

    private static OpCase depthwise(String padding, int multiplier, int stride, int dilation) {
        return images(
                "DepthwiseConv2dNative %s x%d/%d/%d"
                        .formatted(padding, multiplier, stride, dilation),
                (net, x) -> {
                    net.weight("k", 0.3, 3, 3, 4, multiplier);
                    return net.put(
                            window(
                                    node("DepthwiseConv2dNative", x, "k"),
                                    stride,
                                    dilation,
                                    padding));
                });
    }

    private static NodeBuilder window(NodeBuilder node, int stride, int dilation, String padding) {
        return node.ints("strides", 1L, stride, stride, 1)
                .ints("dilations", 1L, dilation, dilation, 1)
                .string("padding", padding);
    }

    private static List<OpCase> transposedConvolutions() {
        var cases = new ArrayList<OpCase>();
        for (int size : new int[] {1, 2, 3, 4}) {
            for (int stride : new int[] {1, 2}) {
                cases.add(transposed("SAME", size, stride, 7 * stride, 5 * stride));
            }
        }
        cases.add(transposed("SAME", 3, 2, 13, 9));
        cases.add(transposed("VALID", 3, 2, 15, 11));
        cases.add(transposed("VALID", 3, 2, 16, 12));
        for (int size : new int[] {1, 2, 3, 5}) {
            cases.add(
                    new OpCase(
                            "Conv2DBackpropInput %d of images of any size".formatted(size),
                            new long[] {-1, -1, 4},
                            (net, x) -> {
                                net.weight("k", 0.3, size, size, 6, 4);
                                var sizes = twice(net, x, 6);
                                var conv = node("Conv2DBackpropInput", sizes, "k", x);
                                return net.put(window(conv, 2, 1, "SAME"));
                            }));
        }
        cases.add(
                images(
                        "Conv2DBackpropInput, its size and bias",
                        (net, x) -> net.bias("b", transposed(net, x, "SAME", 2, 2, 14, 10), 6)));
        return cases;
    }

    /** Twice the height and width of images, and other channels. */
    private static String twice(TestNet net, String x, int channels) {
        net.put(named("s", "Shape", x).type("out_type", DataType.DT_INT32));
        net.vector("factors", 1, 2, 2, 0);
        net.vector("summands", 0, 0, 0, channels);
        for (var step : List.of("Mul s factors doubled", "AddV2 doubled summands sizes")) {
            var words = step.split(" ");
            net.put(
                    NodeBuilder.of(words[0], words[3])
                            .input(words[1])
                            .input(words[2])
                            .type("T", DataType.DT_INT32));
        }
        return "sizes";
    }

    private static OpCase transposed(String padding, int size, int stride, int rows, int columns) {
        return images(
                "Conv2DBackpropInput %s %d/%d to %dx%d"
                        .formatted(padding, size, stride, rows, columns),
                (net, x) -> transposed(net, x, padding, size, stride, rows, columns));
    }

    private static String transposed(
            TestNet net, String x, String padding, int size, int stride, int rows, int columns) {
        net.weight("k", 0.3, size, size, 6, 4);
        var sizes = net.shapeLike("s", x, rows, columns, 6);
        return net.put(window(node("Conv2DBackpropInput", sizes, "k", x), stride, 1, padding));
    }

    private static List<OpCase> pooling() {
        var cases = new ArrayList<OpCase>();
        for (var op : List.of("MaxPool", "AvgPool")) {
            for (var padding : List.of("SAME", "VALID")) {
                for (int size : new int[] {2, 3}) {
                    for (int stride : new int[] {1, 2, 3}) {
                        cases.add(
                                images(
                                        "%s %s %d/%d".formatted(op, padding, size, stride),
                                        (net, x) -> net.put(pool(op, x, padding, size, stride))));
                    }
                }
            }
        }
        return cases;
    }

    private static NodeBuilder pool(String op, String x, String padding, int size, int stride) {
        return named(op + "/pool", op, x)
                .ints("ksize", 1L, size, size, 1)
                .ints("strides", 1L, stride, stride, 1)
                .string("padding", padding);
    }
}

package io.pitlane.formats.onnx;

import static io.pitlane.formats.onnx.OpCase.images;
import static io.pitlane.formats.onnx.OpCase.named;
import static io.pitlane.formats.onnx.OpCase.node;
import static io.pitlane.formats.onnx.OpCase.rows;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/** Uses of every operation that can be exported, with the attributes that change its meaning. */
final class OpCases {
    private OpCases() {}

    static Stream<OpCase> all() {
        return Stream.of(
                        convolutions(),
                        transposedConvolutions(),
                        pooling(),
                        products(),
                        elementwise(),
                        reductions(),
                        reshaping(),
                        joining(),
                        slicing(),
                        padding(),
                        resizing())
                .flatMap(List::stream);
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
        cases.add(
                images(
                        "Conv2DBackpropInput, its size and bias",
                        (net, x) -> net.bias("b", transposed(net, x, "SAME", 2, 2, 14, 10), 6)));
        return cases;
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

    private static List<OpCase> products() {
        return List.of(
                rows("MatMul", (net, x) -> net.dense("y", x, 9, 5)),
                rows("MatMul with bias", (net, x) -> net.bias("b", net.dense("d", x, 9, 5), 5)),
                rows(
                        "MatMul with a transposed kernel",
                        (net, x) -> {
                            net.weight("k", 0.3, 5, 9);
                            return net.put(node("MatMul", x, "k").bool("transpose_b", true));
                        }),
                rows(
                        "MatMul with the kernel on the left",
                        (net, x) -> {
                            net.weight("k", 0.3, 9, 5);
                            return net.put(
                                    node("MatMul", "k", x)
                                            .bool("transpose_a", true)
                                            .bool("transpose_b", true));
                        }),
                images(
                        "BatchMatMulV2 by a kernel",
                        (net, x) -> {
                            net.weight("k", 0.3, 4, 6);
                            return net.put(node("BatchMatMulV2", x, "k"));
                        }),
                images(
                        "BatchMatMulV2 of features by themselves",
                        (net, x) -> net.put(node("BatchMatMulV2", x, x).bool("adj_y", true))),
                images(
                        "BatchMatMul of transposed features",
                        (net, x) -> net.put(node("BatchMatMul", x, x).bool("adj_x", true))),
                images(
                        "BatchMatMulV2 by a transposed kernel",
                        (net, x) -> {
                            net.weight("k", 0.3, 6, 4);
                            return net.put(node("BatchMatMulV2", x, "k").bool("adj_y", true));
                        }),
                images(
                        "Einsum",
                        (net, x) -> {
                            net.weight("k", 0.3, 4, 6);
                            return net.put(
                                    node("Einsum", x, "k")
                                            .string("equation", "abcd,de->aebc")
                                            .integer("N", 2));
                        }));
    }

    private static List<OpCase> elementwise() {
        var cases = new ArrayList<OpCase>();
        for (var op :
                List.of(
                        "Relu",
                        "Relu6",
                        "Elu",
                        "Selu",
                        "Sigmoid",
                        "Tanh",
                        "Softplus",
                        "Softsign",
                        "Abs",
                        "Erf",
                        "Exp",
                        "Neg",
                        "Square",
                        "Floor",
                        "Ceil",
                        "Identity",
                        "Softmax",
                        "LogSoftmax",
                        "LeakyRelu")) {
            cases.add(images(op, (net, x) -> net.put(node(op, x))));
        }
        for (var op : List.of("Log", "Sqrt", "Rsqrt", "Reciprocal")) {
            cases.add(images(op, (net, x) -> net.put(node(op, positive(net, x)))));
        }
        for (var op : List.of("Softmax", "LogSoftmax")) {
            cases.add(rows(op + " of rows", (net, x) -> net.put(node(op, x))));
        }
        cases.add(
                images(
                        "LeakyRelu 0.1",
                        (net, x) -> net.put(node("LeakyRelu", x).number("alpha", 0.1f))));
        for (var op :
                List.of(
                        "Add",
                        "AddV2",
                        "Sub",
                        "Mul",
                        "Maximum",
                        "Minimum",
                        "SquaredDifference",
                        "AddN")) {
            if (!op.equals("AddN")) {
                cases.add(broadcast(op, 4));
                cases.add(broadcast(op, 1, 5, 1));
                cases.add(broadcast(op, 7, 5, 4));
                cases.add(broadcast(op));
            }
            cases.add(
                    images(
                            op + " of two tensors",
                            (net, x) -> {
                                var node = node(op, x, net.conv("c", x, 4, 4));
                                return net.put(op.equals("AddN") ? node.integer("N", 2) : node);
                            }));
        }
        cases.add(
                images(
                        "Sub from a constant",
                        (net, x) -> net.put(node("Sub", net.weight("c", 1, 4), x))));
        cases.add(
                images(
                        "RealDiv",
                        (net, x) ->
                                net.put(
                                        node(
                                                "RealDiv",
                                                x,
                                                positive(net, net.weight("c", 1, 5, 4))))));
        cases.add(
                images(
                        "Pow",
                        (net, x) -> {
                            net.constant("e", new FloatTensor(new float[] {1.5f}));
                            return net.put(node("Pow", positive(net, x), "e"));
                        }));
        cases.add(
                images(
                        "ClipByValue",
                        (net, x) -> {
                            net.constant("low", new FloatTensor(new float[] {-0.5f}));
                            net.constant("high", new FloatTensor(new float[] {0.75f}));
                            return net.put(node("ClipByValue", x, "low", "high"));
                        }));
        cases.add(
                images(
                        "Mul by a gate of the channels",
                        (net, x) ->
                                net.put(
                                        node(
                                                "Mul",
                                                x,
                                                net.op(
                                                        "Sigmoid",
                                                        "g",
                                                        net.globalMean("m", x, true))))));
        cases.add(
                images(
                        "Mul by computed values of lower rank",
                        (net, x) -> {
                            net.vector("first", 0);
                            net.vector("second", 1);
                            net.vector("step", 1);
                            var one =
                                    net.put(
                                            named(
                                                            "one",
                                                            "StridedSlice",
                                                            x,
                                                            "first",
                                                            "second",
                                                            "step")
                                                    .type("Index", DT_INT32)
                                                    .integer("shrink_axis_mask", 1));
                            return net.put(node("Mul", x, one));
                        }));
        cases.add(
                images(
                        "BiasAdd of features that are read twice",
                        (net, x) -> net.op("AddV2", "y", net.bias("b", x, 4), x)));
        cases.add(images("FusedBatchNormV3", (net, x) -> net.batchNorm("y", x, 4)));
        cases.add(
                images(
                        "FusedBatchNormV3 by the batch",
                        (net, x) -> {
                            net.weight("scale", 1, 4);
                            net.weight("offset", 1, 4);
                            net.constant("none", new FloatTensor(new float[0], 0));
                            return net.put(
                                    node("FusedBatchNormV3", x, "scale", "offset", "none", "none")
                                            .type("U", DT_FLOAT)
                                            .number("epsilon", 0.01f)
                                            .bool("is_training", true));
                        }));
        for (var op : List.of("FusedBatchNorm", "FusedBatchNormV2")) {
            cases.add(
                    images(
                            op,
                            (net, x) -> {
                                net.batchNorm("unused", x, 4);
                                var node =
                                        node(
                                                        op,
                                                        net.relu(x),
                                                        "unused/gamma",
                                                        "unused/beta",
                                                        "unused/mean",
                                                        "unused/variance")
                                                .bool("is_training", false);
                                return net.put(op.endsWith("V2") ? node.type("U", DT_FLOAT) : node);
                            }));
        }
        cases.add(
                images(
                        "Cast to int32 and back",
                        (net, x) ->
                                cast(
                                        net,
                                        "y",
                                        cast(net, "i", x, DT_FLOAT, DT_INT32),
                                        DT_INT32,
                                        DT_FLOAT)));
        return cases;
    }

    private static OpCase broadcast(String op, long... shape) {
        return images(
                op + " by a constant of rank " + shape.length,
                (net, x) -> net.put(node(op, x, net.weight("c", 1, shape))));
    }

    /** Values from 0.5 on. */
    private static String positive(TestNet net, String x) {
        net.constant("half", new FloatTensor(new float[] {0.5f}));
        return net.op("AddV2", "positive", net.op("Abs", "absolute", x), "half");
    }

    private static String cast(TestNet net, String name, String x, DataType from, DataType to) {
        return net.put(NodeBuilder.of("Cast", name).input(x).type("SrcT", from).type("DstT", to));
    }

    private static List<OpCase> reductions() {
        var cases = new ArrayList<OpCase>();
        for (var op : List.of("Mean", "Max", "Min", "Sum", "Prod")) {
            for (boolean keep : new boolean[] {true, false}) {
                for (var axes :
                        List.of(
                                new int[] {1, 2},
                                new int[] {-1},
                                new int[] {1},
                                new int[] {3, 1})) {
                    cases.add(
                            images(
                                    "%s along %d axes from %d, keep %s"
                                            .formatted(op, axes.length, axes[0], keep),
                                    (net, x) ->
                                            net.put(
                                                    node(op, x, net.vector("a", axes))
                                                            .type("Tidx", DT_INT32)
                                                            .bool("keep_dims", keep))));
                }
            }
            cases.add(
                    images(
                            op + " along no axis",
                            (net, x) ->
                                    net.put(node(op, x, net.vector("a")).type("Tidx", DT_INT32))));
        }
        for (var op : List.of("ArgMax", "ArgMin")) {
            for (int axis : new int[] {3, 1, -2}) {
                for (var type : List.of(DT_INT64, DT_INT32)) {
                    cases.add(
                            images(
                                    "%s along %d as %s".formatted(op, axis, type),
                                    (net, x) ->
                                            cast(
                                                    net,
                                                    "y",
                                                    net.put(
                                                            named("i", op, x, net.ints("a", axis))
                                                                    .type("Tidx", DT_INT32)
                                                                    .type("output_type", type)),
                                                    type,
                                                    DT_FLOAT)));
                }
            }
        }
        return cases;
    }

    private static List<OpCase> reshaping() {
        var cases = new ArrayList<OpCase>();
        cases.add(images("Reshape to rows", (net, x) -> net.reshape("y", x, -1, 140)));
        cases.add(images("Reshape to images", (net, x) -> net.reshape("y", x, -1, 5, 14, 2)));
        cases.add(
                images("Reshape with a computed batch", (net, x) -> net.reshapeTo("y", x, 35, 4)));
        cases.add(
                images(
                        "Reshape to a computed shape of two open sizes",
                        (net, x) -> {
                            var size = net.shapeLike("s", x, -1, 4);
                            return net.op("Reshape", "y", x, size);
                        }));
        cases.add(
                images(
                        "Shape of an open batch, its product, and a fill of that shape",
                        (net, x) -> {
                            net.put(named("s", "Shape", x).type("out_type", DT_INT32));
                            net.put(
                                    NodeBuilder.of("Prod", "n")
                                            .input("s")
                                            .input(net.vector("first", 0))
                                            .type("T", DT_INT32)
                                            .type("Tidx", DT_INT32)
                                            .bool("keep_dims", true));
                            net.constant("v", new FloatTensor(new float[] {2.5f}));
                            var filled =
                                    net.put(
                                            named("f", "Fill", "n", "v")
                                                    .type("index_type", DT_INT32));
                            var images = net.put(named("r", "Reshape", filled, "s"));
                            return net.op("Mul", "y", images, x);
                        }));
        cases.add(
                images(
                        "Reshape of a global mean",
                        (net, x) -> net.reshape("y", net.globalMean("m", x, true), -1, 4)));
        cases.add(
                images(
                        "Squeeze",
                        (net, x) ->
                                net.squeeze(
                                        "y",
                                        net.squeeze("s", net.globalMean("m", x, true), 2),
                                        1)));
        for (int axis : new int[] {0, 1, 2, 4, -1, -2}) {
            cases.add(
                    images(
                            "ExpandDims at " + axis,
                            (net, x) ->
                                    net.put(
                                            node("ExpandDims", x, net.ints("a", axis))
                                                    .type("Tdim", DT_INT32))));
        }
        for (var permutation :
                List.of(new int[] {0, 3, 1, 2}, new int[] {0, 2, 1, 3}, new int[] {3, 1, 0, 2})) {
            cases.add(
                    images(
                            "Transpose to " + permutation[1],
                            (net, x) ->
                                    net.put(
                                            node("Transpose", x, net.vector("p", permutation))
                                                    .type("Tperm", DT_INT32))));
        }
        cases.add(
                images(
                        "Transpose and a convolution behind it",
                        (net, x) -> {
                            var turned =
                                    net.put(
                                            named("t", "Transpose", x, net.vector("p", 0, 2, 1, 3))
                                                    .type("Tperm", DT_INT32));
                            return net.conv("y", turned, 4, 6);
                        }));
        cases.add(
                new OpCase(
                        "DepthToSpace",
                        new long[] {3, 5, 8},
                        (net, x) -> net.put(node("DepthToSpace", x).integer("block_size", 2))));
        cases.add(
                new OpCase(
                        "SpaceToDepth",
                        new long[] {6, 4, 3},
                        (net, x) -> net.put(node("SpaceToDepth", x).integer("block_size", 2))));
        cases.add(
                images(
                        "Tile",
                        (net, x) ->
                                net.put(
                                        node("Tile", x, net.vector("m", 1, 2, 1, 3))
                                                .type("Tmultiples", DT_INT32))));
        return cases;
    }

    private static List<OpCase> joining() {
        var cases = new ArrayList<OpCase>();
        for (int axis : new int[] {1, 3, -1}) {
            cases.add(
                    images(
                            "ConcatV2 along " + axis,
                            (net, x) ->
                                    net.put(
                                            node(
                                                            "ConcatV2",
                                                            x,
                                                            net.conv("c", x, 4, 4),
                                                            net.ints("a", axis))
                                                    .type("Tidx", DT_INT32)
                                                    .integer("N", 2))));
        }
        for (int axis : new int[] {1, 4, -1}) {
            cases.add(
                    images(
                            "Pack along " + axis,
                            (net, x) ->
                                    net.put(
                                            node("Pack", x, net.conv("c", x, 4, 4))
                                                    .integer("axis", axis)
                                                    .integer("N", 2))));
        }
        for (int axis : new int[] {2, -1}) {
            int parts = axis == 2 ? 5 : 4;
            cases.add(
                    images(
                            "Unpack along " + axis,
                            (net, x) -> {
                                net.put(
                                        named("u", "Unpack", x)
                                                .integer("axis", axis)
                                                .integer("num", parts));
                                return net.op("Sub", "y", "u:2", "u");
                            }));
        }
        cases.add(
                images(
                        "Split",
                        (net, x) -> {
                            net.put(
                                    named("s", "Split", net.ints("a", -1), x)
                                            .integer("num_split", 2));
                            return net.op("Sub", "y", "s:1", "s");
                        }));
        cases.add(
                images(
                        "SplitV",
                        (net, x) -> {
                            net.put(
                                    named(
                                                    "s",
                                                    "SplitV",
                                                    x,
                                                    net.vector("n", 1, -1, 2),
                                                    net.ints("a", 3))
                                            .type("Tlen", DT_INT32)
                                            .integer("num_split", 3));
                            return net.op("Sub", "y", "s:2", "s:1");
                        }));
        return cases;
    }

    private static List<OpCase> slicing() {
        var cases = new ArrayList<OpCase>();
        cases.add(
                strided(
                        "StridedSlice that crops",
                        new int[] {0, 1, 1, 0},
                        new int[] {0, 6, -1, 2},
                        new int[] {1, 2, 1, 1},
                        Map.of("begin_mask", 9, "end_mask", 1)));
        cases.add(
                strided(
                        "StridedSlice of the last channel",
                        new int[] {0, 0, 0, -1},
                        new int[4],
                        new int[] {1, 1, 1, 1},
                        Map.of("begin_mask", 7, "end_mask", 7, "shrink_axis_mask", 8)));
        cases.add(
                strided(
                        "StridedSlice that flips",
                        new int[3],
                        new int[3],
                        new int[] {1, 1, -1},
                        Map.of("begin_mask", 7, "end_mask", 7)));
        cases.add(
                strided(
                        "StridedSlice backwards between bounds",
                        new int[] {0, 5, 9},
                        new int[] {0, 0, 1},
                        new int[] {1, -2, -1},
                        Map.of("begin_mask", 1, "end_mask", 1)));
        cases.add(
                strided(
                        "StridedSlice with an ellipsis",
                        new int[] {0, 1},
                        new int[] {0, 3},
                        new int[] {1, 1},
                        Map.of("ellipsis_mask", 1)));
        cases.add(
                strided(
                        "StridedSlice with new axes around an ellipsis",
                        new int[] {0, 0, 0, 2},
                        new int[4],
                        new int[] {1, 1, 1, 1},
                        Map.of("ellipsis_mask", 2, "new_axis_mask", 5, "shrink_axis_mask", 8)));
        return withSlices(cases);
    }

    private static OpCase strided(
            String name, int[] begin, int[] end, int[] strides, Map<String, Integer> masks) {
        return images(
                name,
                (net, x) -> {
                    var slice =
                            node(
                                            "StridedSlice",
                                            x,
                                            net.vector("b", begin),
                                            net.vector("e", end),
                                            net.vector("s", strides))
                                    .type("Index", DT_INT32);
                    masks.forEach(slice::integer);
                    return net.put(slice);
                });
    }

    private static List<OpCase> withSlices(List<OpCase> cases) {
        cases.add(
                images(
                        "Slice",
                        (net, x) ->
                                net.put(
                                        node(
                                                        "Slice",
                                                        x,
                                                        net.vector("b", 0, 2, 0, 1),
                                                        net.vector("n", -1, 3, 5, -1))
                                                .type("Index", DT_INT32))));
        for (int axis : new int[] {3, 1}) {
            cases.add(
                    images(
                            "GatherV2 of several along " + axis,
                            (net, x) -> gather(net, x, net.vector("i", 2, 0, 2), axis)));
            cases.add(
                    images(
                            "GatherV2 of one along " + axis,
                            (net, x) -> gather(net, x, net.ints("i", 1), axis)));
            cases.add(
                    images(
                            "GatherV2 of a matrix along " + axis,
                            (net, x) -> gather(net, x, net.matrix("i", 0, 1, 2, 1), axis)));
        }
        return cases;
    }

    private static String gather(TestNet net, String x, String indices, int axis) {
        return net.put(
                NodeBuilder.of("GatherV2", OpCase.RESULT)
                        .input(x)
                        .input(indices)
                        .input(net.ints("a", axis))
                        .type("Tparams", DT_FLOAT)
                        .type("Tindices", DT_INT32)
                        .type("Taxis", DT_INT32));
    }

    private static List<OpCase> padding() {
        return List.of(
                images("Pad", (net, x) -> net.put(pad(node("Pad", x, amounts(net))))),
                images(
                        "PadV2",
                        (net, x) -> {
                            net.constant("v", new FloatTensor(new float[] {-7}));
                            return net.put(pad(node("PadV2", x, amounts(net), "v")));
                        }),
                images(
                        "MirrorPad",
                        (net, x) ->
                                net.put(
                                        pad(node("MirrorPad", x, amounts(net)))
                                                .string("mode", "REFLECT"))));
    }

    private static String amounts(TestNet net) {
        return net.matrix("p", 0, 0, 1, 2, 3, 1, 0, 2);
    }

    private static NodeBuilder pad(NodeBuilder node) {
        return node.type("Tpaddings", DT_INT32);
    }

    private static List<OpCase> resizing() {
        var cases = new ArrayList<OpCase>();
        for (var op : List.of("ResizeBilinear", "ResizeNearestNeighbor")) {
            for (var mode : List.of("", "align_corners", "half_pixel_centers")) {
                for (var to :
                        List.of(
                                new int[] {14, 10},
                                new int[] {21, 15},
                                new int[] {9, 3},
                                new int[] {13, 17})) {
                    cases.add(
                            images(
                                    "%s %s to %dx%d".formatted(op, mode, to[0], to[1]),
                                    (net, x) -> {
                                        var node = node(op, x, net.vector("s", to));
                                        return net.put(
                                                mode.isEmpty() ? node : node.bool(mode, true));
                                    }));
                }
            }
        }
        return cases;
    }
}

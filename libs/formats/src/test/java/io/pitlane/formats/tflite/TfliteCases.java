package io.pitlane.formats.tflite;

import static io.pitlane.formats.onnx.OpCase.images;
import static io.pitlane.formats.onnx.OpCase.named;
import static io.pitlane.formats.onnx.OpCase.node;
import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;

import io.pitlane.formats.onnx.OpCase;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/** Uses of what TFLite has and the export to ONNX does not. */
final class TfliteCases {
    private TfliteCases() {}

    static Stream<OpCase> all() {
        return Stream.of(arithmetic(), booleans(), arrangements(), selections(), anySize())
                .flatMap(List::stream);
    }

    private static List<OpCase> arithmetic() {
        var cases = new ArrayList<OpCase>();
        for (var op : List.of("Round", "Rint", "Sign", "Sin", "Cos")) {
            cases.add(images(op, (net, x) -> net.put(node(op, x))));
        }
        for (var op : List.of("FloorDiv", "FloorMod")) {
            cases.add(
                    images(
                            op,
                            (net, x) -> {
                                net.constant("d", new FloatTensor(new float[] {0.3f, 1, -2, 4}, 4));
                                return net.put(node(op, x, "d"));
                            }));
        }
        cases.add(
                images(
                        "LRN",
                        (net, x) ->
                                net.put(
                                        node("LRN", x)
                                                .integer("depth_radius", 1)
                                                .number("bias", 2)
                                                .number("alpha", 0.5f)
                                                .number("beta", 0.75f))));
        cases.add(
                images(
                        "Cumsum, reversed",
                        (net, x) ->
                                net.put(
                                        node("Cumsum", x, net.ints("a", 2))
                                                .type("Tidx", DT_INT32)
                                                .bool("exclusive", true)
                                                .bool("reverse", true))));
        return cases;
    }

    private static List<OpCase> booleans() {
        var cases = new ArrayList<OpCase>();
        for (var op :
                List.of("Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual")) {
            cases.add(
                    images(
                            op,
                            (net, x) ->
                                    asFloat(
                                            net,
                                            net.put(
                                                    named(
                                                            "b",
                                                            op,
                                                            net.op("Round", "r", x),
                                                            net.op("Floor", "f", x))),
                                            DT_BOOL)));
        }
        for (var op : List.of("LogicalAnd", "LogicalOr")) {
            cases.add(
                    images(
                            op,
                            (net, x) ->
                                    asFloat(
                                            net,
                                            net.put(
                                                    NodeBuilder.of(op, "b")
                                                            .input(positive(net, "p", x))
                                                            .input(
                                                                    positive(
                                                                            net,
                                                                            "q",
                                                                            net.conv(
                                                                                    "c", x, 4,
                                                                                    4)))),
                                            DT_BOOL)));
        }
        cases.add(
                images(
                        "LogicalNot",
                        (net, x) ->
                                asFloat(
                                        net,
                                        net.put(
                                                NodeBuilder.of("LogicalNot", "b")
                                                        .input(positive(net, "p", x))),
                                        DT_BOOL)));
        for (var op : List.of("Any", "All")) {
            cases.add(
                    images(
                            op,
                            (net, x) ->
                                    asFloat(
                                            net,
                                            net.put(
                                                    NodeBuilder.of(op, "b")
                                                            .input(positive(net, "p", x))
                                                            .input(net.vector("a", 3))
                                                            .type("Tidx", DT_INT32)),
                                            DT_BOOL)));
        }
        for (var op : List.of("Select", "SelectV2")) {
            cases.add(
                    images(
                            op,
                            (net, x) ->
                                    net.put(
                                            node(
                                                    op,
                                                    positive(net, "p", x),
                                                    x,
                                                    net.op("Square", "s", x)))));
        }
        return cases;
    }

    private static String positive(TestNet net, String name, String x) {
        net.constant(name + "/zero", new FloatTensor(new float[] {0}));
        return net.put(named(name, "Greater", x, name + "/zero"));
    }

    private static String asFloat(TestNet net, String x, DataType from) {
        return net.put(
                NodeBuilder.of("Cast", OpCase.RESULT)
                        .input(x)
                        .type("SrcT", from)
                        .type("DstT", DT_FLOAT));
    }

    private static List<OpCase> arrangements() {
        return List.of(
                images(
                        "ReverseV2",
                        (net, x) ->
                                net.put(
                                        node("ReverseV2", x, net.vector("a", -1, 1))
                                                .type("Tidx", DT_INT32))),
                images(
                        "BroadcastTo",
                        (net, x) -> {
                            var size = net.shapeLike("s", x, 7, 5, 4);
                            var mean = net.globalMean("m", x, true);
                            return net.put(node("BroadcastTo", mean, size).type("Tidx", DT_INT32));
                        }),
                images(
                        "MirrorPad SYMMETRIC",
                        (net, x) ->
                                net.put(
                                        node(
                                                        "MirrorPad",
                                                        x,
                                                        net.matrix("p", 0, 0, 1, 2, 3, 1, 0, 2))
                                                .type("Tpaddings", DT_INT32)
                                                .string("mode", "SYMMETRIC"))),
                images(
                        "MaxPool EXPLICIT",
                        (net, x) ->
                                net.put(
                                        node("MaxPool", x)
                                                .ints("ksize", 1L, 3, 3, 1)
                                                .ints("strides", 1L, 2, 2, 1)
                                                .string("padding", "EXPLICIT")
                                                .ints(
                                                        "explicit_paddings",
                                                        0L,
                                                        0,
                                                        1,
                                                        2,
                                                        0,
                                                        1,
                                                        0,
                                                        0))),
                new OpCase(
                        "SpaceToBatchND, BatchToSpaceND",
                        new long[] {6, 4, 3},
                        (net, x) -> {
                            net.vector("block", 2, 2);
                            net.matrix("pad", 2, 2, 0, 0);
                            net.matrix("crop", 1, 0, 0, 1);
                            var blocks =
                                    net.put(
                                            named("s", "SpaceToBatchND", x, "block", "pad")
                                                    .type("Tblock_shape", DT_INT32)
                                                    .type("Tpaddings", DT_INT32));
                            return net.put(
                                    node("BatchToSpaceND", net.relu(blocks), "block", "crop")
                                            .type("Tblock_shape", DT_INT32)
                                            .type("Tcrops", DT_INT32));
                        }));
    }

    private static List<OpCase> selections() {
        return List.of(
                images(
                        "TopKV2",
                        (net, x) -> {
                            net.put(named("t", "TopKV2", x, net.ints("k", 2)).bool("sorted", true));
                            var places = asFloat(net, "t:1", DT_INT32);
                            return net.op("AddV2", "z", "t", places);
                        }),
                images(
                        "Where and GatherNd",
                        (net, x) -> {
                            net.put(
                                    NodeBuilder.of("Where", "w")
                                            .input(positive(net, "p", x))
                                            .type("T", DT_BOOL));
                            return net.put(
                                    NodeBuilder.of("GatherNd", OpCase.RESULT)
                                            .input(x)
                                            .input("w")
                                            .type("Tparams", DT_FLOAT)
                                            .type("Tindices", DT_INT64));
                        }),
                images(
                        "GatherV2 by batch",
                        (net, x) -> {
                            net.put(
                                    named("i", "ArgMax", x, net.ints("axis", 1))
                                            .type("Tidx", DT_INT32)
                                            .type("output_type", DT_INT32));
                            return net.put(
                                    NodeBuilder.of("GatherV2", OpCase.RESULT)
                                            .input(x)
                                            .input("i")
                                            .input(net.ints("a", 1))
                                            .type("Tparams", DT_FLOAT)
                                            .type("Tindices", DT_INT32)
                                            .type("Taxis", DT_INT32)
                                            .integer("batch_dims", 1));
                        }),
                images(
                        "OneHot",
                        (net, x) -> {
                            net.put(
                                    named("i", "ArgMax", x, net.ints("axis", 3))
                                            .type("Tidx", DT_INT32)
                                            .type("output_type", DT_INT32));
                            net.constant("on", new FloatTensor(new float[] {2}));
                            net.constant("off", new FloatTensor(new float[] {-1}));
                            return net.put(
                                    node("OneHot", "i", net.ints("depth", 4), "on", "off")
                                            .type("TI", DT_INT32));
                        }),
                images(
                        "Range to the number of images",
                        (net, x) -> {
                            net.shapeLike("s", x, 4);
                            net.put(
                                    NodeBuilder.of("Range", "r")
                                            .input(net.ints("start", 0))
                                            .input("s/n")
                                            .input(net.ints("by", 1))
                                            .type("Tidx", DT_INT32));
                            return asFloat(net, "r", DT_INT32);
                        }));
    }

    private static List<OpCase> anySize() {
        return List.of(
                new OpCase(
                        "Conv2DBackpropInput and ResizeBilinear of images of any size",
                        new long[] {-1, -1, 4},
                        (net, x) -> {
                            net.put(named("s", "Shape", x).type("out_type", DT_INT32));
                            var twice = net.ints("two", 2);
                            var rows = intProduct(net, "rows", part(net, 1, 2), twice);
                            var columns = intProduct(net, "columns", part(net, 2, 3), twice);
                            net.put(
                                    NodeBuilder.of("Pack", "size")
                                            .input(part(net, 0, 1))
                                            .input(rows)
                                            .input(columns)
                                            .input(net.ints("channels", 4))
                                            .type("T", DT_INT32)
                                            .integer("N", 4));
                            net.weight("k", 0.3, 3, 3, 4, 4);
                            var up =
                                    net.put(
                                            named("up", "Conv2DBackpropInput", "size", "k", x)
                                                    .ints("strides", 1L, 2, 2, 1)
                                                    .string("padding", "SAME"));
                            net.put(
                                    NodeBuilder.of("Pack", "small")
                                            .input("part1")
                                            .input("part2")
                                            .type("T", DT_INT32)
                                            .integer("N", 2));
                            return net.put(
                                    node("ResizeBilinear", up, "small")
                                            .bool("half_pixel_centers", true));
                        }));
    }

    private static String intProduct(TestNet net, String name, String left, String right) {
        return net.put(NodeBuilder.of("Mul", name).input(left).input(right).type("T", DT_INT32));
    }

    /** One of the sizes in the vector {@code s}. */
    private static String part(TestNet net, int from, int to) {
        var name = "part" + from;
        return net.put(
                NodeBuilder.of("StridedSlice", name)
                        .input("s")
                        .input(net.vector(name + "/begin", from))
                        .input(net.vector(name + "/end", to))
                        .input(net.vector(name + "/step", 1))
                        .type("T", DT_INT32)
                        .type("Index", DT_INT32)
                        .integer("shrink_axis_mask", 1));
    }
}

package io.pitlane.formats.onnx;

import static io.pitlane.formats.onnx.OpCase.images;
import static io.pitlane.formats.onnx.OpCase.named;
import static io.pitlane.formats.onnx.OpCase.node;
import static io.pitlane.formats.onnx.OpCase.rows;
import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/** Uses of comparisons, and of operations that select by them or by indices. */
final class SelectionCases {
    private SelectionCases() {}

    static Stream<OpCase> all() {
        return Stream.of(comparisons(), remainders(), selections(), suppression())
                .flatMap(List::stream);
    }

    private static List<OpCase> comparisons() {
        var cases = new ArrayList<OpCase>();
        for (var op :
                List.of("Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual")) {
            cases.add(
                    images(
                            op + " of images and channels",
                            (net, x) -> {
                                // Whole numbers, so that some are equal.
                                var whole = net.op("Floor", "whole", x);
                                vector(net, "limit", 0, 1, -1, 0);
                                return number(net, net.op(op, "compared", whole, "limit"));
                            }));
        }
        for (var op : List.of("LogicalAnd", "LogicalOr")) {
            cases.add(
                    images(
                            op,
                            (net, x) ->
                                    number(
                                            net,
                                            net.put(
                                                    NodeBuilder.of(op, "both")
                                                            .input(above(net, x, 0))
                                                            .input(above(net, x, 1))))));
        }
        cases.add(
                images(
                        "LogicalNot",
                        (net, x) ->
                                number(
                                        net,
                                        net.put(
                                                NodeBuilder.of("LogicalNot", "not")
                                                        .input(above(net, x, 0))))));
        for (var op : List.of("All", "Any")) {
            cases.add(
                    images(
                            op,
                            (net, x) -> {
                                var reduced =
                                        NodeBuilder.of(op, "reduced")
                                                .input(above(net, x, 0))
                                                .input(net.vector("axes", 1, -1))
                                                .type("Tidx", DT_INT32);
                                return number(net, net.put(reduced));
                            }));
        }
        for (var op : List.of("Select", "SelectV2")) {
            cases.add(
                    images(
                            op,
                            (net, x) ->
                                    net.put(node(op, above(net, x, 0), x, net.op("Neg", "n", x)))));
        }
        cases.add(
                images(
                        "SelectV2 with one value",
                        (net, x) -> {
                            vector(net, "other", 3);
                            return net.put(node("SelectV2", above(net, x, 0), x, "other"));
                        }));
        return cases;
    }

    private static List<OpCase> remainders() {
        return List.of(
                images(
                        "FloorDiv",
                        (net, x) -> {
                            vector(net, "divisor", 0.75f, -0.75f, 2, 0.3f);
                            return net.op("FloorDiv", "y", x, "divisor");
                        }),
                images(
                        "FloorMod",
                        (net, x) -> {
                            vector(net, "divisor", 0.75f, -0.75f, 2, 0.3f);
                            return net.op("FloorMod", "y", x, "divisor");
                        }),
                images(
                        "FloorMod, Maximum and Minimum of integers",
                        (net, x) -> {
                            var size = net.shapeLike("s", x, -7, 5, 9);
                            net.vector("divisor", 2, 3, -3, 5);
                            var rest = integers(net, "FloorMod", "rest", size, "divisor");
                            net.ints("limit", 1);
                            var low = integers(net, "Minimum", "low", rest, "limit");
                            var high = integers(net, "Maximum", "high", low, "divisor");
                            var scale = cast(net, "scale", high, DT_INT32);
                            return net.op("Mul", "y", x, scale);
                        }));
    }

    private static String integers(TestNet net, String op, String name, String left, String right) {
        return net.put(NodeBuilder.of(op, name).input(left).input(right).type("T", DT_INT32));
    }

    private static List<OpCase> selections() {
        return List.of(
                images("TopKV2, values", (net, x) -> topK(net, x, "y")),
                images(
                        "TopKV2, indices",
                        (net, x) -> {
                            topK(net, x, "top");
                            return cast(net, "y", "top:1", DT_INT32);
                        }),
                images(
                        "OneHot",
                        (net, x) -> {
                            topK(net, x, "top");
                            vector(net, "on", 2);
                            vector(net, "off", -1);
                            return net.put(
                                    NodeBuilder.of("OneHot", "y")
                                            .input("top:1")
                                            .input(net.ints("depth", 4))
                                            .input("on")
                                            .input("off")
                                            .type("T", DT_FLOAT)
                                            .type("TI", DT_INT32)
                                            .integer("axis", 1));
                        }),
                rows(
                        "Where and GatherNd",
                        (net, x) -> {
                            var indices = net.put(where(above(net, x, 0)));
                            return net.put(
                                    NodeBuilder.of("GatherNd", "y")
                                            .input(x)
                                            .input(indices)
                                            .type("Tparams", DT_FLOAT)
                                            .type("Tindices", DT_INT64));
                        }),
                images(
                        "GatherNd of slices",
                        (net, x) ->
                                net.put(
                                        NodeBuilder.of("GatherNd", "y")
                                                .input(x)
                                                .input(net.matrix("i", 1, 2, 0, 6, 1, 0))
                                                .type("Tparams", DT_FLOAT)
                                                .type("Tindices", DT_INT32))));
    }

    private static NodeBuilder where(String condition) {
        return NodeBuilder.of("Where", "indices").input(condition).type("T", DT_BOOL);
    }

    private static String topK(TestNet net, String x, String name) {
        return net.put(named(name, "TopKV2", x, net.ints("k", 3)).bool("sorted", true));
    }

    /** Boxes around noise: overlaps of all sizes. */
    private static List<OpCase> suppression() {
        return List.of(
                combined("CombinedNonMaxSuppression", 4, 10, false),
                combined("CombinedNonMaxSuppression padded beyond all boxes", 40, 100, false),
                combined("CombinedNonMaxSuppression padded by class", 2, 10, true),
                new OpCase(
                        "NonMaxSuppressionV3",
                        new long[] {40, 5},
                        (net, x) -> {
                            // Of the first image; corners from noise, sides from its size.
                            var image = net.put(slice(net, "image", x, 0, 0, 0, 1, 40, 5));
                            var flat = net.reshape("flat", image, 40, 5);
                            var corner = net.put(slice(net, "corner", flat, 0, 0, 40, 2));
                            var side =
                                    net.op(
                                            "Abs",
                                            "side",
                                            net.put(slice(net, "s", flat, 0, 2, 40, 2)));
                            var end = net.op("AddV2", "end", corner, side);
                            net.ints("axis", 1);
                            var boxes =
                                    net.put(
                                            named("boxes", "ConcatV2", corner, end, "axis")
                                                    .type("Tidx", DT_INT32)
                                                    .integer("N", 2));
                            var scores =
                                    net.reshape(
                                            "scores",
                                            net.put(slice(net, "score", flat, 0, 4, 40, 1)),
                                            40);
                            vector(net, "overlap", 0.3f);
                            vector(net, "least", -0.5f);
                            net.ints("most", 12);
                            net.put(
                                    named("kept", "NonMaxSuppressionV3", boxes, scores, "most")
                                            .input("overlap")
                                            .input("least")
                                            .type("T_threshold", DT_FLOAT));
                            return cast(net, "y", "kept", DT_INT32);
                        }));
    }

    private static OpCase combined(String name, int each, int all, boolean perClass) {
        return new OpCase(
                name,
                new long[] {30, 7},
                (net, x) -> {
                    var corner = net.put(slice(net, "corner", x, 0, 0, 0, -1, 30, 2));
                    var side =
                            net.op("Abs", "side", net.put(slice(net, "s", x, 0, 0, 2, -1, 30, 2)));
                    net.ints("axis", 2);
                    var boxes =
                            net.put(
                                    named(
                                                    "corners",
                                                    "ConcatV2",
                                                    corner,
                                                    net.op("AddV2", "end", corner, side),
                                                    "axis")
                                            .type("Tidx", DT_INT32)
                                            .integer("N", 2));
                    var scores = net.put(slice(net, "scores", x, 0, 0, 4, -1, 30, 3));
                    vector(net, "overlap", 0.3f);
                    vector(net, "least", 0.2f);
                    var kept =
                            NodeBuilder.of("CombinedNonMaxSuppression", "kept")
                                    .input(net.reshape("boxes", boxes, -1, 30, 1, 4))
                                    .input(scores)
                                    .input(net.ints("each", each))
                                    .input(net.ints("all", all))
                                    .input("overlap")
                                    .input("least")
                                    .bool("pad_per_class", perClass)
                                    .bool("clip_boxes", !perClass);
                    return joined(net, net.put(kept), perClass ? Math.min(all, 3 * each) : all);
                });
    }

    /** Boxes, scores, classes and the number of boxes, in one row for each image. */
    private static String joined(TestNet net, String kept, int total) {
        var boxes = net.reshape("flat", kept, -1, 4 * total);
        var count = net.reshape("count", cast(net, "number", kept + ":3", DT_INT32), -1, 1);
        net.ints("last", 1);
        return net.put(
                named("y", "ConcatV2", boxes, kept + ":1", kept + ":2", count, "last")
                        .type("Tidx", DT_INT32)
                        .integer("N", 4));
    }

    private static NodeBuilder slice(TestNet net, String name, String x, int... beginAndSize) {
        int rank = beginAndSize.length / 2;
        var begin = Arrays.copyOf(beginAndSize, rank);
        var size = Arrays.copyOfRange(beginAndSize, rank, 2 * rank);
        return named(
                        name,
                        "Slice",
                        x,
                        net.vector(name + "/begin", begin),
                        net.vector(name + "/size", size))
                .type("Index", DT_INT32);
    }

    private static String above(TestNet net, String x, float limit) {
        var name = "above" + (int) limit;
        vector(net, name + "/limit", limit);
        return net.op("Greater", name, x, name + "/limit");
    }

    private static void vector(TestNet net, String name, float... values) {
        net.constant(
                name,
                values.length == 1
                        ? new FloatTensor(values)
                        : new FloatTensor(values, values.length));
    }

    private static String number(TestNet net, String condition) {
        return cast(net, "y", condition, DT_BOOL);
    }

    private static String cast(TestNet net, String name, String x, DataType from) {
        return net.put(
                NodeBuilder.of("Cast", name).input(x).type("SrcT", from).type("DstT", DT_FLOAT));
    }
}

package io.pitlane.formats.onnx;

import static io.pitlane.formats.onnx.OpCase.images;
import static io.pitlane.formats.onnx.OpCase.named;
import static io.pitlane.formats.onnx.OpCase.node;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Uses of operations that give the values of a tensor other places. */
final class ArrangementCases {
    private ArrangementCases() {}

    static Stream<OpCase> all() {
        return Stream.of(reshaping(), joining(), slicing(), rotating(), padding(), resizing())
                .flatMap(List::stream);
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
                        "BroadcastTo",
                        (net, x) -> {
                            var mean = net.globalMean("m", x, true);
                            var size = net.shapeLike("s", x, 7, 5, 4);
                            return net.op("BroadcastTo", "y", mean, size);
                        }));
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
        cases.add(
                images(
                        "GatherV2 by image",
                        (net, x) -> {
                            var best = named("best", "ArgMax", x, net.ints("rows", 1));
                            net.put(best.type("Tidx", DT_INT32).type("output_type", DT_INT32));
                            var row = net.op("Reshape", "row", x, net.vector("r", -1, 35, 4));
                            var indices = indices(net, "best");
                            net.put(
                                    NodeBuilder.of("GatherV2", "y")
                                            .input(row)
                                            .input(indices)
                                            .input(net.ints("axis", 1))
                                            .type("Tparams", DT_FLOAT)
                                            .type("Tindices", DT_INT32)
                                            .type("Taxis", DT_INT32)
                                            .integer("batch_dims", 1));
                            return "y";
                        }));
        return cases;
    }

    /** Integers as rows, one for each image. */
    private static String indices(TestNet net, String x) {
        return net.put(
                NodeBuilder.of("Reshape", "indices")
                        .input(x)
                        .input(net.vector("rank", -1, 20))
                        .type("T", DT_INT32));
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

    private static List<OpCase> rotating() {
        var cases = new ArrayList<OpCase>();
        for (var axes : List.of(new int[] {2}, new int[] {1, -1}, new int[0])) {
            cases.add(
                    images(
                            "ReverseV2 along %d axes".formatted(axes.length),
                            (net, x) ->
                                    net.put(
                                            node("ReverseV2", x, net.vector("a", axes))
                                                    .type("Tidx", DT_INT32))));
        }
        for (var shifts : List.of(new int[] {2, -1}, new int[] {-9, 8}, new int[] {0, 5})) {
            cases.add(
                    images(
                            "Roll by %d and %d".formatted(shifts[0], shifts[1]),
                            (net, x) ->
                                    net.put(
                                            node(
                                                            "Roll",
                                                            x,
                                                            net.vector("s", shifts),
                                                            net.vector("a", 1, -1))
                                                    .type("Tshift", DT_INT32)
                                                    .type("Taxis", DT_INT32))));
        }
        cases.add(
                images(
                        "SpaceToBatchND and BatchToSpaceND",
                        (net, x) -> {
                            var parts =
                                    blocks("parts", "SpaceToBatchND", x)
                                            .input(net.vector("b", 2, 3))
                                            .input(net.matrix("p", 1, 2, 0, 1))
                                            .type("Tpaddings", DT_INT32);
                            var features = net.relu(net.put(parts));
                            return net.put(
                                    blocks("y", "BatchToSpaceND", features)
                                            .input("b")
                                            .input(net.matrix("c", 0, 3, 1, 0))
                                            .type("Tcrops", DT_INT32));
                        }));
        return cases;
    }

    private static NodeBuilder blocks(String name, String op, String x) {
        return named(name, op, x).type("Tblock_shape", DT_INT32);
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
                                                .string("mode", "REFLECT"))),
                images(
                        "MirrorPad SYMMETRIC",
                        (net, x) ->
                                net.put(
                                        pad(node("MirrorPad", x, amounts(net)))
                                                .string("mode", "SYMMETRIC"))));
    }

    private static String amounts(TestNet net) {
        return net.matrix("p", 0, 0, 1, 2, 3, 1, 0, 2);
    }

    private static NodeBuilder pad(NodeBuilder node) {
        return node.type("Tpaddings", DT_INT32);
    }

    private static List<OpCase> resizing() {
        var cases = new ArrayList<OpCase>();
        cases.add(
                new OpCase(
                        "ResizeBilinear and ResizeNearestNeighbor of images of any size",
                        new long[] {-1, -1, 4},
                        (net, x) -> {
                            net.vector("small", 3, 9);
                            var reduced = net.put(named("r", "ResizeBilinear", x, "small"));
                            net.put(named("s", "Shape", x).type("out_type", DT_INT32));
                            var size =
                                    net.put(
                                            NodeBuilder.of("Slice", "size")
                                                    .input("s")
                                                    .input(net.vector("b", 1))
                                                    .input(net.vector("n", 2))
                                                    .type("T", DT_INT32)
                                                    .type("Index", DT_INT32));
                            return net.put(node("ResizeNearestNeighbor", reduced, size));
                        }));
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

package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Operations that give values another shape or order. */
final class ReshapingReading {
    private ReshapingReading() {}

    /** Reshape: 0 keeps a size, one -1 takes what remains. */
    static void reshape(OnnxNode node) {
        var from = node.shape(0);
        var wanted = node.opset() < 5 ? Optional.<long[]>empty() : node.elements(1);
        var to = wanted.flatMap(sizes -> resolved(node, from, sizes));
        if (to.isPresent()) {
            reshape(node, from, to.get());
            return;
        }
        node.require(
                node.integer("allowzero", 0) == 0
                        && wanted.stream()
                                .flatMapToLong(Arrays::stream)
                                .noneMatch(size -> size == 0),
                "its shape is computed");
        long rank = node.shape(1)[0];
        node.require(rank >= 0, "its rank is computed");
        node.result(
                node.write("Reshape").input(node.unchanged(0)).input(node.unchanged(1)).add(),
                AxisOrder.unchanged((int) rank));
    }

    /** Flatten to a matrix. */
    static void flatten(OnnxNode node) {
        var from = node.shape(0);
        long axis = node.integer("axis", 1);
        int split = axis == from.length ? from.length : node.axis(axis, from.length);
        long rest = product(from, split, from.length);
        node.require(rest > 0, "it flattens images whose size is not fixed");
        reshape(node, from, new long[] {product(from, 0, split), rest});
    }

    /** The product of sizes; -1 where one is not known. */
    private static long product(long[] sizes, int from, int to) {
        long product = 1;
        for (int i = from; i < to; i++) {
            if (sizes[i] < 0) {
                return -1;
            }
            product *= sizes[i];
        }
        return product;
    }

    /** The shape of a result; empty where more than the batch is not known. */
    private static Optional<long[]> resolved(OnnxNode node, long[] from, long[] wanted) {
        var to = wanted.clone();
        boolean copiesZero = node.integer("allowzero", 0) == 0;
        int open = -1;
        for (int i = 0; i < to.length; i++) {
            boolean isBatch = to[i] == ReadTensor.UNKNOWN && i == 0 && from.length > 0;
            if (isBatch && from[0] < 0 || to[i] == 0 && copiesZero && i < from.length) {
                to[i] = from[i];
            } else if (to[i] == ReadTensor.UNKNOWN || to[i] == -1) {
                if (open >= 0) {
                    return Optional.empty();
                }
                open = i;
            }
        }
        if (open >= 0) {
            to[open] = open(from, to, open);
        }
        boolean known = Arrays.stream(to).skip(1).allMatch(size -> size >= 0);
        return known ? Optional.of(to) : Optional.empty();
    }

    /** What remains for the one size that is open; -1 where that is not known. */
    private static long open(long[] from, long[] to, int open) {
        boolean sameBatch = open > 0 && from.length > 0 && from[0] == to[0];
        long have = product(from, sameBatch ? 1 : 0, from.length);
        long taken = 1;
        for (int i = sameBatch ? 1 : 0; i < to.length; i++) {
            if (i != open) {
                if (to[i] < 0) {
                    return -1;
                }
                taken *= to[i];
            }
        }
        boolean batchRemains =
                open == 0 && from.length > 0 && taken == product(from, 1, from.length);
        if (batchRemains) {
            return from[0];
        }
        return have < 0 || taken <= 0 || have % taken != 0 ? -1 : have / taken;
    }

    private static void reshape(OnnxNode node, long[] from, long[] to) {
        var groups = AxisGroups.of(from, to);
        var order = groups.flatMap(found -> found.order(node.order(0)));
        if (order.isPresent()) {
            var sizes = groups.get().sizes(order.get());
            node.result(reshaped(node, node.held(0), sizes), order.get());
            return;
        }
        boolean keepsBatch = from.length > 0 && to.length > 0 && from[0] == to[0];
        var sizes = to.clone();
        if (keepsBatch) {
            sizes[0] = -1;
        }
        var result = reshaped(node, node.unchanged(0), sizes);
        var read = ReadTensor.computed(result, AxisOrder.unchanged(to.length), false);
        boolean flattensImages =
                keepsBatch
                        && to.length == 2
                        && product(from, 1, from.length) == to[1]
                        && node.order(0).equals(OnnxNode.channelsLastOrder(4));
        node.result(
                0,
                flattensImages
                        ? read.withFlattened(
                                new ReadTensor.FlattenedImages(
                                        node.held(0), Arrays.copyOfRange(from, 1, 4)))
                        : node.isConstant(0)
                                ? ReadTensor.computed(result, read.order(), true)
                                : read);
    }

    private static Output<?> reshaped(OnnxNode node, Output<?> tensor, long[] sizes) {
        return node.write("Reshape").input(tensor).input(node.vector(sizes)).add();
    }

    static void squeeze(OnnxNode node) {
        var shape = node.shape(0);
        var axes =
                node.integers("axes", 1)
                        .orElseGet(
                                () ->
                                        LongStream.range(0, shape.length)
                                                .filter(axis -> shape[(int) axis] == 1)
                                                .toArray());
        var removed = set(node.axes(axes, shape.length));
        var order = node.order(0);
        if (removed.isEmpty()) {
            ElementwiseReading.identity(node);
            return;
        }
        var positions = order.positions(removed.stream().mapToLong(Integer::longValue).toArray());
        node.result(
                node.write("Squeeze")
                        .input(node.held(0))
                        .attribute("squeeze_dims", positions)
                        .add(),
                order.without(removed));
    }

    static void unsqueeze(OnnxNode node) {
        var wanted = node.integers("axes", 1).orElseThrow(() -> node.unsupported("it has no axes"));
        var axes = node.axes(wanted, node.rank(0) + wanted.length);
        Arrays.sort(axes);
        var tensor = node.held(0);
        var order = node.order(0);
        for (int axis : axes) {
            order = order.with(axis);
            tensor =
                    node.write("ExpandDims")
                            .input(tensor)
                            .input(node.integer(order.position(axis)))
                            .add();
        }
        node.result(tensor, order);
    }

    private static Set<Integer> set(int[] axes) {
        return Arrays.stream(axes).boxed().collect(Collectors.toSet());
    }

    /** Transpose: the tensor stays as it is held. */
    static void transpose(OnnxNode node) {
        int rank = node.rank(0);
        var backwards = IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray();
        var permutation = node.integers("perm", backwards);
        node.require(
                Arrays.equals(
                        Arrays.stream(permutation).sorted().toArray(),
                        LongStream.range(0, rank).toArray()),
                "its perm is " + Arrays.toString(permutation));
        node.result(node.held(0), node.order(0).transposed(permutation));
    }

    /** Expand: to the shape that both its own and the given one are broadcast to. */
    static void expand(OnnxNode node) {
        long rank = node.shape(1)[0];
        node.require(rank >= 0, "its rank is computed");
        var x = node.unchanged(0);
        var target =
                node.step("Cast")
                        .input(node.unchanged(1))
                        .attribute("DstT", DataType.DT_INT32)
                        .add();
        var own = node.step("Shape").input(x).add();
        var shape = node.step("BroadcastArgs").input(own).input(target).add();
        node.result(
                node.write("BroadcastTo").input(x).input(shape).add(),
                AxisOrder.unchanged(Math.max((int) rank, node.rank(0))));
    }

    static void tile(OnnxNode node) {
        var order = node.order(0);
        node.result(
                node.write("Tile")
                        .input(node.held(0))
                        .input(node.vector(order.arranged(node.integers(1, "repeats"))))
                        .add(),
                order);
    }

    /** Shape: what of it is known follows from {@link ShapeArithmetic}. */
    static void shape(OnnxNode node) {
        var held =
                node.step("Shape")
                        .input(node.held(0))
                        .attribute("out_type", DataType.DT_INT64)
                        .add();
        var order = node.order(0);
        var positions = new ArrayList<Long>();
        for (int axis : ShapeArithmetic.axesOfShape(node)) {
            positions.add((long) order.position(axis));
        }
        node.result(
                node.write("GatherV2")
                        .input(held)
                        .input(node.vector(positions.stream().mapToLong(p -> p).toArray()))
                        .input(node.integer(0))
                        .add(),
                AxisOrder.unchanged(1));
    }
}

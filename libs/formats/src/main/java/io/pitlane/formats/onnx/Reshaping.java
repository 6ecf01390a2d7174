package io.pitlane.formats.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.tensorflow.proto.DataType;

/** Operations that give a tensor other axes and keep its values. */
final class Reshaping {
    private Reshaping() {}

    /** Reshape, to a constant shape or a computed one. */
    static void reshape(OpNode node) {
        var target = node.knownInts(1);
        if (target.filter(Reshaping::isEmpty).isPresent()) {
            throw node.unsupported("its target shape is empty");
        }
        var x = node.tensor(0);
        var values = x.order().keepsValuesInPlace(node.shape(0)) ? x.name() : node.unchanged(0);
        var reshaped =
                node.write("Reshape")
                        .input(values)
                        .input(
                                target.map(sizes -> node.vector("shape", sizes))
                                        .orElseGet(() -> sizes(node, 1)));
        node.result(reshaped.add(), AxisOrder.unchanged(rank(node, 1)));
    }

    private static boolean isEmpty(long... sizes) {
        return Arrays.stream(sizes).anyMatch(size -> size == 0);
    }

    /** Fill: a single value in a given shape. */
    static void fill(OpNode node) {
        var filled = node.write("Expand").input(node.unchanged(1)).input(sizes(node, 0));
        node.result(filled.add(), AxisOrder.unchanged(rank(node, 0)));
    }

    /** BroadcastTo: a tensor in a given shape of its rank or a higher one. */
    static void broadcast(OpNode node) {
        var expanded = node.write("Expand").input(node.unchanged(0)).input(sizes(node, 1));
        node.result(expanded.add(), AxisOrder.unchanged(rank(node, 1)));
    }

    /** A computed vector of sizes as int64. */
    private static String sizes(OpNode node, int slot) {
        return node.step("Cast")
                .input(node.unchanged(slot))
                .attribute("to", OnnxType.of(DataType.DT_INT64))
                .add();
    }

    /** The number of axes that a vector of sizes describes. */
    private static int rank(OpNode node, int slot) {
        var known = node.knownInts(slot);
        if (known.isPresent()) {
            return known.get().length;
        }
        var shape = node.shape(slot);
        if (shape.numDimensions() != 1 || shape.get(0) < 0) {
            throw node.unsupported("the rank of its result is not known");
        }
        return (int) shape.get(0);
    }

    /** Shape: the sizes in TensorFlow's order. */
    static void shape(OpNode node) {
        var x = node.tensor(0);
        var type = node.attributes().type("out_type", DataType.DT_INT32);
        var sizes = node.step("Shape").input(x.name()).add();
        if (!x.order().isUnchanged()) {
            var positions = new long[x.order().rank()];
            Arrays.setAll(positions, x.order()::position);
            sizes = node.step("Gather").input(sizes).input(node.vector("order", positions)).add();
        }
        var typed = node.write("Cast").input(sizes).attribute("to", OnnxType.of(type));
        node.result(typed.add(), AxisOrder.unchanged(1));
    }

    /**
     * Squeeze of the named axes. Without names it removes every axis of size 1, which is exported
     * only where all sizes are known: a dynamic batch of 1 would be removed as well.
     */
    static void squeeze(OpNode node) {
        int rank = node.rank(0);
        var named = node.attributes().ints("squeeze_dims", List.of());
        var axes =
                (named.isEmpty() ? sizeOne(node) : named)
                        .stream().map(axis -> OpNode.axis(axis, rank)).collect(Collectors.toSet());
        if (axes.isEmpty()) {
            Elementwise.identity(node);
            return;
        }
        var order = node.tensor(0).order();
        node.result(
                squeezed(node.write("Squeeze"), node, node.tensor(0).name(), order, axes),
                order.without(axes));
    }

    private static List<Long> sizeOne(OpNode node) {
        var shape = node.shape(0);
        if (shape.isUnknown() || shape.hasUnknownDimension()) {
            throw node.unsupported("it names no axes, so what it removes depends on the batch");
        }
        return LongStream.range(0, shape.numDimensions())
                .filter(axis -> shape.get((int) axis) == 1)
                .boxed()
                .toList();
    }

    /** Removes axes of a tensor that is held in some order. */
    static String squeezed(
            NodeWriter writer, OpNode node, String tensor, AxisOrder order, Set<Integer> axes) {
        var positions = axes.stream().mapToLong(order::position).sorted().toArray();
        return writer.input(tensor).input(node.vector("axes", positions)).add();
    }

    static void expandDims(OpNode node) {
        var order = node.tensor(0).order();
        int axis = node.axis(1, order.rank() + 1);
        var longer = order.with(axis);
        var expanded =
                node.write("Unsqueeze")
                        .input(node.tensor(0).name())
                        .input(node.vector("axes", longer.position(axis)));
        node.result(expanded.add(), longer);
    }

    /** Transpose: the same ONNX tensor in another order, and no node. */
    static void transpose(OpNode node) {
        var x = node.tensor(0);
        node.result(x.name(), x.order().transposed(node.ints(1, "permutation")));
    }

    /** DepthToSpace or SpaceToDepth: TensorFlow's order of blocks is ONNX's {@code DCR}. */
    static OpConverter blocks(String opType) {
        return node -> {
            var attributes = node.attributes();
            var order = AxisOrder.ofImages(attributes.channelsLast());
            var blocks =
                    node.write(opType)
                            .input(node.inOrder(0, order))
                            .attribute("blocksize", attributes.integer("block_size", 2));
            node.result(blocks.add(), order);
        };
    }

    static void tile(OpNode node) {
        var x = node.tensor(0);
        var multiples = x.order().arranged(node.ints(1, "list of multiples"));
        var tiled = node.write("Tile").input(x.name()).input(node.vector("multiples", multiples));
        node.result(tiled.add(), x.order());
    }
}

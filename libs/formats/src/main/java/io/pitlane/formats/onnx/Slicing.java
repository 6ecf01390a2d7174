package io.pitlane.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/** Operations that take a part of a tensor. */
final class Slicing {
    private static final long TO_THE_END = Long.MAX_VALUE;
    private static final long TO_THE_START = Long.MIN_VALUE;

    private Slicing() {}

    /** The part of one axis that is kept. */
    private record Part(int axis, long start, long end, long step) {}

    /**
     * What a StridedSlice does.
     *
     * @param parts axes that are cut
     * @param removed axes that are removed after that, as one element of each is kept
     * @param added axes of size 1 in the result
     */
    private record Plan(List<Part> parts, TreeSet<Integer> removed, TreeSet<Integer> added) {}

    static void stridedSlice(OpNode node) {
        var x = node.tensor(0);
        var plan = plan(node, x.order().rank());
        var order = x.order();
        var tensor = plan.parts.isEmpty() ? x.name() : cut(node, x, plan.parts);
        if (!plan.removed.isEmpty()) {
            tensor = Reshaping.squeezed(node.step("Squeeze"), node, tensor, order, plan.removed);
            order = order.without(plan.removed);
        }
        for (int axis : plan.added) {
            order = order.with(axis);
            var axes = node.vector("axes", order.position(axis));
            tensor = node.step("Unsqueeze").input(tensor).input(axes).add();
        }
        node.result(tensor, order);
    }

    /** Reads the masks as the documentation of tf.strided_slice defines them. */
    private static Plan plan(OpNode node, int rank) {
        var begin = node.ints(1, "begin");
        var end = node.ints(2, "end");
        var strides = node.ints(3, "list of strides");
        var plan = new Plan(new ArrayList<>(), new TreeSet<>(), new TreeSet<>());
        int axis = 0;
        int resultAxis = 0;
        for (int i = 0; i < begin.length; i++) {
            if (isSet(node, "ellipsis_mask", i)) {
                int covered = rank - axis - axesAfter(node, i, begin.length);
                axis += covered;
                resultAxis += covered;
            } else if (isSet(node, "new_axis_mask", i)) {
                plan.added.add(resultAxis++);
            } else if (isSet(node, "shrink_axis_mask", i)) {
                long next = begin[i] == -1 ? TO_THE_END : begin[i] + 1;
                plan.parts.add(new Part(axis, begin[i], next, 1));
                plan.removed.add(axis++);
            } else {
                boolean forward = strides[i] > 0;
                boolean fromStart = isSet(node, "begin_mask", i);
                boolean toEnd = isSet(node, "end_mask", i);
                if (!fromStart || !toEnd || strides[i] != 1) {
                    plan.parts.add(
                            new Part(
                                    axis,
                                    fromStart ? (forward ? 0 : TO_THE_END) : begin[i],
                                    toEnd ? (forward ? TO_THE_END : TO_THE_START) : end[i],
                                    strides[i]));
                }
                axis++;
                resultAxis++;
            }
        }
        return plan;
    }

    private static boolean isSet(OpNode node, String mask, int bit) {
        return (node.attributes().integer(mask, 0) >> bit & 1) != 0;
    }

    /** How many of the tensor's axes the entries behind an ellipsis stand for. */
    private static int axesAfter(OpNode node, int ellipsis, int entries) {
        int axes = 0;
        for (int i = ellipsis + 1; i < entries; i++) {
            axes += isSet(node, "new_axis_mask", i) ? 0 : 1;
        }
        return axes;
    }

    /** Slice: begins and sizes for every axis, where -1 is the rest. */
    static void slice(OpNode node) {
        var x = node.tensor(0);
        var begin = node.ints(1, "begin");
        var size = node.ints(2, "size");
        var parts = new ArrayList<Part>();
        for (int axis = 0; axis < begin.length; axis++) {
            if (!isWhole(node.shape(0), axis, begin[axis], size[axis])) {
                long end = size[axis] < 0 ? TO_THE_END : begin[axis] + size[axis];
                parts.add(new Part(axis, begin[axis], end, 1));
            }
        }
        node.result(parts.isEmpty() ? x.name() : cut(node, x, parts), x.order());
    }

    private static boolean isWhole(Shape shape, int axis, long begin, long size) {
        return begin == 0 && (size < 0 || !shape.isUnknown() && size == shape.get(axis));
    }

    private static String cut(OpNode node, OnnxTensor x, List<Part> parts) {
        return node.write("Slice")
                .input(x.name())
                .input(node.vector("starts", parts.stream().mapToLong(Part::start).toArray()))
                .input(node.vector("ends", parts.stream().mapToLong(Part::end).toArray()))
                .input(
                        node.vector(
                                "axes",
                                parts.stream()
                                        .mapToLong(part -> x.order().position(part.axis))
                                        .toArray()))
                .input(node.vector("steps", parts.stream().mapToLong(Part::step).toArray()))
                .add();
    }

    /** GatherV2 along one axis. */
    static void gather(OpNode node) {
        if (node.attributes().integer("batch_dims", 0) != 0) {
            gatherByBatch(node);
            return;
        }
        int indexRank = node.rank(1);
        int rank = node.rank(0);
        int axis = node.axis(2, rank);
        var held = node.tensor(0).order();
        var order = indexRank <= 1 ? held : AxisOrder.unchanged(rank);
        var gathered =
                node.write("Gather")
                        .input(node.inOrder(0, order))
                        .input(node.unchanged(1))
                        .attribute("axis", order.position(axis))
                        .add();
        node.result(
                gathered,
                switch (indexRank) {
                    case 0 -> order.without(Set.of(axis));
                    case 1 -> order;
                    default -> AxisOrder.unchanged(rank - 1 + indexRank);
                });
    }

    /** GatherV2 along the axis behind those of the batch, by indices of its own for each. */
    private static void gatherByBatch(OpNode node) {
        long batch = node.attributes().integer("batch_dims", 0);
        int indexRank = node.rank(1);
        batch = batch < 0 ? batch + indexRank : batch;
        if (node.axis(2, node.rank(0)) != batch) {
            throw node.unsupported("it gathers along an axis that does not follow the batch");
        }
        var indices =
                node.step("Cast")
                        .input(node.unchanged(1))
                        .attribute("to", OnnxType.of(DataType.DT_INT64))
                        .add();
        var rows =
                node.step("Unsqueeze").input(indices).input(node.vector("last", indexRank)).add();
        var gathered =
                node.write("GatherND")
                        .input(node.unchanged(0))
                        .input(rows)
                        .attribute("batch_dims", batch)
                        .add();
        int rank = node.rank(0) - 1 + indexRank - (int) batch;
        node.result(gathered, AxisOrder.unchanged(rank));
    }
}

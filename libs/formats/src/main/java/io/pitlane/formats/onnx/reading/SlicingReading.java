package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Parts of tensors, and tensors joined. */
final class SlicingReading {
    private SlicingReading() {}

    /**
     * What a Slice takes along one axis.
     *
     * @param axis ONNX's axis
     * @param start first index, counted from the end where it is negative
     * @param end index behind the last one, likewise
     * @param step difference between two indices
     */
    record Range(int axis, long start, long end, long step) {
        /** The ranges of a node: attributes before operand set 10, then inputs. */
        static List<Range> of(OnnxNode node) {
            boolean inputs = node.opset() >= 10;
            var starts = inputs ? node.integers(1, "starts") : node.integers("starts");
            var ends = inputs ? node.integers(2, "ends") : node.integers("ends");
            var all = LongStream.range(0, starts.length).toArray();
            var axes =
                    inputs
                            ? node.hasInput(3) ? node.integers(3, "axes") : all
                            : node.integers("axes", all);
            var steps =
                    inputs && node.hasInput(4)
                            ? node.integers(4, "steps")
                            : WindowReading.ones(starts.length);
            node.require(
                    starts.length == ends.length
                            && starts.length == axes.length
                            && starts.length == steps.length
                            && Arrays.stream(steps).allMatch(step -> step != 0),
                    "its starts, ends, axes and steps do not fit each other");
            var positive = node.axes(axes, node.rank(0));
            return IntStream.range(0, starts.length)
                    .mapToObj(i -> new Range(positive[i], starts[i], ends[i], steps[i]))
                    .toList();
        }
    }

    static void slice(OnnxNode node) {
        if (isComputedOfAllAxes(node)) {
            node.result(
                    node.write("StridedSlice")
                            .input(node.unchanged(0))
                            .input(node.unchanged(1))
                            .input(node.unchanged(2))
                            .input(
                                    node.constant(
                                            TensorFlowGraph.proto(
                                                    node.type(1),
                                                    false,
                                                    WindowReading.ones(node.rank(0)))))
                            .add(),
                    AxisOrder.unchanged(node.rank(0)));
            return;
        }
        var order = node.order(0);
        int rank = order.rank();
        var begin = new long[rank];
        var end = new long[rank];
        var strides = WindowReading.ones(rank);
        long all = (1L << rank) - 1;
        long beginMask = all;
        long endMask = all;
        for (var range : Range.of(node)) {
            int at = order.position(range.axis());
            begin[at] = clamped(range.start());
            strides[at] = clamped(range.step());
            beginMask &= ~(1L << at);
            boolean toTheFirst = range.step() < 0 && range.end() <= -Integer.MAX_VALUE;
            boolean toTheLast = range.step() > 0 && range.end() >= Integer.MAX_VALUE;
            if (!toTheFirst && !toTheLast) {
                end[at] = clamped(range.end());
                endMask &= ~(1L << at);
            }
        }
        node.result(
                node.write("StridedSlice")
                        .input(node.held(0))
                        .input(node.vector(begin))
                        .input(node.vector(end))
                        .input(node.vector(strides))
                        .attribute("begin_mask", beginMask)
                        .attribute("end_mask", endMask)
                        .add(),
                order);
    }

    /** Whether the bounds are computed, and are of all axes in their order, with a step of 1. */
    private static boolean isComputedOfAllAxes(OnnxNode node) {
        if (node.opset() < 10 || node.hasInput(4) && !allAre(node, 4, step -> step == 1)) {
            return false;
        }
        boolean ofAll =
                node.shape(1)[0] == node.rank(0)
                        && (!node.hasInput(3)
                                || Arrays.equals(
                                        node.integers(3, "axes"),
                                        LongStream.range(0, node.rank(0)).toArray()));
        return ofAll
                && !(allAre(node, 1, start -> start != ReadTensor.UNKNOWN)
                        && allAre(node, 2, end -> end != ReadTensor.UNKNOWN));
    }

    private static boolean allAre(OnnxNode node, int slot, LongPredicate condition) {
        var elements = node.elements(slot);
        return elements.isPresent() && Arrays.stream(elements.get()).allMatch(condition);
    }

    private static long clamped(long value) {
        return Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    /** Gather: negative indices count from the end where they are constant. */
    static void gather(OnnxNode node) {
        int rank = node.rank(0);
        int axis = node.axis(node.integer("axis", 0), rank);
        int indexRank = node.rank(1);
        var order = indexRank <= 1 ? node.order(0) : AxisOrder.unchanged(rank);
        var gathered =
                node.write("GatherV2")
                        .input(node.inOrder(0, order))
                        .input(indices(node, node.shape(0)[axis]))
                        .input(node.integer(order.position(axis)))
                        .add();
        node.result(
                gathered,
                indexRank == 1
                        ? order
                        : indexRank == 0
                                ? order.without(Set.of(axis))
                                : AxisOrder.unchanged(rank + indexRank - 1));
    }

    private static Output<?> indices(OnnxNode node, long size) {
        var known = node.isConstant(1) ? node.elements(1) : Optional.<long[]>empty();
        if (known.isEmpty() || Arrays.stream(known.get()).allMatch(index -> index >= 0)) {
            return node.unchanged(1);
        }
        node.require(size > 0, "it counts indices from the end of an axis that is not fixed");
        var positive = Arrays.stream(known.get()).map(i -> i < 0 ? i + size : i).toArray();
        return node.constant(TensorFlowGraph.proto(DataType.DT_INT64, node.rank(1) == 0, positive));
    }

    /** GatherND: the last axis of the indices names one element, or one slice. */
    static void gatherNd(OnnxNode node) {
        node.require(node.integer("batch_dims", 0) == 0, "it gathers by batch");
        var indices = node.shape(1);
        long depth = indices[indices.length - 1];
        node.require(depth > 0, "the length of its indices is not fixed");
        node.result(
                node.write("GatherNd").input(node.unchanged(0)).input(node.unchanged(1)).add(),
                AxisOrder.unchanged(node.rank(0) + indices.length - 1 - (int) depth));
    }

    /** TopK: the highest values of the last axis, from the highest on. */
    static void topK(OnnxNode node) {
        int rank = node.rank(0);
        int axis = node.axis(node.integer("axis", -1), rank);
        node.require(
                node.integer("largest", 1) == 1 && axis == rank - 1,
                "it takes the lowest values, or not those of the last axis");
        var order = AxisOrder.unchanged(rank);
        var top = node.write("TopKV2").input(node.unchanged(0));
        if (node.opset() < 10) {
            top.input(node.integer(node.integer("k", 1)));
        } else {
            var k = node.integers(1, "k");
            node.require(k.length == 1, "it has %d numbers of values".formatted(k.length));
            top.input(node.integer(k[0]));
        }
        var results = top.addAll();
        node.result(0, results.get(0), order);
        node.result(
                1,
                node.step("Cast").input(results.get(1)).attribute("DstT", DataType.DT_INT64).add(),
                order);
    }

    static void concat(OnnxNode node) {
        int last = node.inputs() - 1;
        var order = node.commonOrder(0, last);
        int axis = node.axis(node.integer("axis", 1), order.rank());
        if (last == 0) {
            ElementwiseReading.identity(node);
            return;
        }
        var parts = new ArrayList<Output<?>>();
        for (int slot = 0; slot <= last; slot++) {
            node.require(node.rank(slot) == order.rank(), "its inputs are of different ranks");
            parts.add(node.inOrder(slot, order));
        }
        node.result(
                node.write("ConcatV2")
                        .inputs(parts)
                        .input(node.integer(order.position(axis)))
                        .add(),
                order);
    }

    /** Split: into parts of given sizes, or of one size with the last one smaller. */
    static void split(OnnxNode node) {
        var order = node.order(0);
        int axis = node.axis(node.integer("axis", 0), order.rank());
        int parts = node.outputs();
        var sizes =
                node.integers("split", 1)
                        .orElseGet(() -> equalSizes(node, node.shape(0)[axis], parts));
        node.require(sizes.length == parts, "it has %d outputs".formatted(parts));
        boolean equal = Arrays.stream(sizes).distinct().count() == 1;
        var position = node.integer(order.position(axis));
        var results =
                equal
                        ? node.write("Split")
                                .input(position)
                                .input(node.held(0))
                                .attribute("num_split", parts)
                                .addAll()
                        : node.write("SplitV")
                                .input(node.held(0))
                                .input(node.vector(sizes))
                                .input(position)
                                .attribute("num_split", parts)
                                .addAll();
        for (int i = 0; i < parts; i++) {
            node.result(i, results.get(i), order);
        }
    }

    private static long[] equalSizes(OnnxNode node, long size, int parts) {
        node.require(size > 0, "it splits an axis whose size is not fixed");
        long each = (size + parts - 1) / parts;
        return LongStream.range(0, parts).map(part -> Math.min(each, size - part * each)).toArray();
    }
}

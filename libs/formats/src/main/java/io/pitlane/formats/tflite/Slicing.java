package io.pitlane.formats.tflite;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.GatherOptionsT;
import org.tensorflow.lite.schema.StridedSliceOptionsT;
import org.tensorflow.ndarray.Shape;

/** Operations that take a part of a tensor. */
final class Slicing {
    private Slicing() {}

    /** StridedSlice. TFLite's kernels take up to five axes, so new ones are added afterwards. */
    static void stridedSlice(OpNode node) {
        if (mask(node, "new_axis_mask") != 0) {
            withNewAxes(node);
            return;
        }
        var options = new StridedSliceOptionsT();
        options.setBeginMask(mask(node, "begin_mask"));
        options.setEndMask(mask(node, "end_mask"));
        options.setEllipsisMask(mask(node, "ellipsis_mask"));
        options.setShrinkAxisMask(mask(node, "shrink_axis_mask"));
        node.resultLike(
                node.operator(BuiltinOperator.STRIDED_SLICE)
                        .input(node.held(0))
                        .input(node.int32(1))
                        .input(node.int32(2))
                        .input(node.int32(3))
                        .options(BuiltinOptions.StridedSliceOptions, options),
                node.held(0));
    }

    private static void withNewAxes(OpNode node) {
        var begin = node.ints(1, "begin");
        int newAxes = mask(node, "new_axis_mask");
        var kept = IntStream.range(0, begin.length).filter(i -> (newAxes >> i & 1) == 0).toArray();
        var options = new StridedSliceOptionsT();
        options.setBeginMask(only(mask(node, "begin_mask"), kept));
        options.setEndMask(only(mask(node, "end_mask"), kept));
        options.setEllipsisMask(only(mask(node, "ellipsis_mask"), kept));
        options.setShrinkAxisMask(only(mask(node, "shrink_axis_mask"), kept));
        var x = node.held(0);
        var result = node.resultShape();
        var added = newAxes(node, begin.length, result.numDimensions());
        var sliced =
                node.stepLike(
                        node.operator(BuiltinOperator.STRIDED_SLICE)
                                .input(x)
                                .input(node.vector("begin", only(begin, kept)))
                                .input(node.vector("end", only(node.ints(2, "end"), kept)))
                                .input(
                                        node.vector(
                                                "strides",
                                                only(node.ints(3, "list of strides"), kept)))
                                .options(BuiltinOptions.StridedSliceOptions, options),
                        x,
                        without(result, added));
        for (int i = 0; i < added.size() - 1; i++) {
            sliced =
                    node.stepLike(
                            expanded(node, sliced, added.get(i)),
                            x,
                            without(result, added.subList(i + 1, added.size())));
        }
        node.resultLike(expanded(node, sliced, added.get(added.size() - 1)), x);
    }

    private static OperatorWriter expanded(OpNode node, TfliteTensor tensor, int axis) {
        return node.operator(BuiltinOperator.EXPAND_DIMS)
                .input(tensor)
                .input(node.vector("axis", axis));
    }

    private static Shape without(Shape shape, List<Integer> axes) {
        return Shape.of(
                IntStream.range(0, shape.numDimensions())
                        .filter(axis -> !axes.contains(axis))
                        .mapToLong(shape::get)
                        .toArray());
    }

    /** The axes of the result that the slice adds. */
    private static List<Integer> newAxes(OpNode node, int entries, int resultRank) {
        int ellipsis = mask(node, "ellipsis_mask");
        int shrunk = mask(node, "shrink_axis_mask");
        var added = new ArrayList<Integer>();
        int axis = 0;
        for (int i = 0; i < entries; i++) {
            if ((ellipsis >> i & 1) != 0) {
                axis = resultRank - resultAxesAfter(i, entries, shrunk);
            } else {
                if ((mask(node, "new_axis_mask") >> i & 1) != 0) {
                    added.add(axis);
                }
                axis += (shrunk >> i & 1) == 0 ? 1 : 0;
            }
        }
        return added;
    }

    private static int resultAxesAfter(int entry, int entries, int shrunk) {
        return (int)
                IntStream.range(entry + 1, entries).filter(i -> (shrunk >> i & 1) == 0).count();
    }

    private static int only(int mask, int... kept) {
        return IntStream.range(0, kept.length).map(i -> (mask >> kept[i] & 1) << i).sum();
    }

    private static long[] only(long[] values, int... kept) {
        return IntStream.of(kept).mapToLong(i -> values[i]).toArray();
    }

    private static int mask(OpNode node, String name) {
        return (int) node.attributes().integer(name, 0);
    }

    /** Slice: begins and sizes for every axis, where -1 is the rest. */
    static void slice(OpNode node) {
        node.resultLike(
                node.operator(BuiltinOperator.SLICE)
                        .input(node.held(0))
                        .input(node.int32(1))
                        .input(node.int32(2)),
                node.held(0));
    }

    /** GatherV2 along one axis. */
    static void gather(OpNode node) {
        var options = new GatherOptionsT();
        options.setAxis(node.axis(2, node.rank(0)));
        options.setBatchDims((int) node.attributes().integer("batch_dims", 0));
        node.resultLike(
                node.operator(BuiltinOperator.GATHER)
                        .input(node.held(0))
                        .input(node.tensor(1))
                        .options(BuiltinOptions.GatherOptions, options),
                node.held(0));
    }

    /** GatherNd. */
    static void gatherNd(OpNode node) {
        node.resultLike(
                node.operator(BuiltinOperator.GATHER_ND).input(node.held(0)).input(node.tensor(1)),
                node.held(0));
    }
}

package io.pitlane.formats.onnx.reading;

import java.util.Arrays;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Reductions of axes. */
final class ReductionReading {
    private ReductionReading() {}

    /** A reduction that TensorFlow has as {@code type}. */
    static OperatorConverter as(String type) {
        return of((node, x) -> x, type, (node, reduced) -> reduced);
    }

    /**
     * A reduction of a function of the values.
     *
     * @param before applied to every value
     * @param type TensorFlow's reduction
     * @param after applied to the results
     */
    static OperatorConverter of(
            BiFunction<OnnxNode, Output<?>, Output<?>> before,
            String type,
            BiFunction<OnnxNode, Output<?>, Output<?>> after) {
        return node -> {
            int rank = node.rank(0);
            var named = node.integers("axes", 1).orElse(new long[0]);
            if (named.length == 0 && node.integer("noop_with_empty_axes", 0) != 0) {
                ElementwiseReading.identity(node);
                return;
            }
            var axes = named.length == 0 ? LongStream.range(0, rank).toArray() : named;
            var removed = Arrays.stream(node.axes(axes, rank)).boxed().collect(Collectors.toSet());
            boolean keeps = node.integer("keepdims", 1) != 0;
            var order = node.order(0);
            var positions = removed.stream().mapToLong(order::position).sorted().toArray();
            var reduced =
                    node.write(type)
                            .input(before.apply(node, node.held(0)))
                            .input(node.vector(positions))
                            .attribute("keep_dims", keeps)
                            .add();
            node.result(after.apply(node, reduced), keeps ? order : order.without(removed));
        };
    }

    /** A function of one tensor that TensorFlow has as {@code type}. */
    static BiFunction<OnnxNode, Output<?>, Output<?>> each(String type) {
        return (node, x) -> node.step(type).input(x).add();
    }

    /** CumSum along a constant axis. */
    static void cumulativeSum(OnnxNode node) {
        var order = node.order(0);
        int axis = node.axis(node.integers(1, "axis")[0], order.rank());
        node.result(
                node.write("Cumsum")
                        .input(node.held(0))
                        .input(node.integer(order.position(axis)))
                        .attribute("exclusive", node.integer("exclusive", 0) != 0)
                        .attribute("reverse", node.integer("reverse", 0) != 0)
                        .add(),
                order);
    }

    /** ArgMax or ArgMin: the first of equal values. */
    static OperatorConverter index(String type) {
        return node -> {
            node.require(
                    node.integer("select_last_index", 0) == 0, "it takes the last of equal values");
            var order = node.order(0);
            int axis = node.axis(node.integer("axis", 0), order.rank());
            var index =
                    node.write(type)
                            .input(node.held(0))
                            .input(node.integer(order.position(axis)))
                            .attribute("output_type", DataType.DT_INT64)
                            .add();
            if (node.integer("keepdims", 1) == 0) {
                node.result(index, order.without(Set.of(axis)));
                return;
            }
            node.result(
                    node.step("ExpandDims")
                            .input(index)
                            .input(node.integer(order.position(axis)))
                            .add(),
                    order);
        };
    }
}

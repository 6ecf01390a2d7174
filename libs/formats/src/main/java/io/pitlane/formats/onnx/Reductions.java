package io.pitlane.formats.onnx;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.proto.DataType;

/** Reductions along constant axes. */
final class Reductions {
    private Reductions() {}

    /** A reduction that ONNX has as {@code opType}, with its axes as an attribute. */
    static OpConverter as(String opType) {
        return node -> reduce(node, opType, false);
    }

    /**
     * Mean. That of quantized images over height and width is an average pool: engines have that
     * one for integers.
     */
    static void mean(OpNode node) {
        var x = node.tensor(0);
        var axes = axes(node, x.order().rank());
        if (node.quantization(0).isEmpty()
                || !x.order().equals(AxisOrder.ofImages(true))
                || !axes.equals(Set.of(1, 2))) {
            reduce(node, "ReduceMean", false);
            return;
        }
        var pooled = node.step("GlobalAveragePool").input(x.name()).add();
        if (node.attributes().bool("keep_dims", false)) {
            node.result(pooled, x.order());
        } else {
            var spatial = node.vector("axes", positions(x.order(), axes));
            node.result(
                    node.write("Squeeze").input(pooled).input(spatial).add(),
                    x.order().without(axes));
        }
    }

    /** Sum: its axes are an input of the ONNX node. */
    static void sum(OpNode node) {
        reduce(node, "ReduceSum", true);
    }

    private static void reduce(OpNode node, String opType, boolean axesAsInput) {
        var x = node.tensor(0);
        var axes = axes(node, x.order().rank());
        if (axes.isEmpty()) {
            Elementwise.identity(node);
            return;
        }
        boolean keep = node.attributes().bool("keep_dims", false);
        var positions = positions(x.order(), axes);
        var reduced = node.write(opType).input(x.name());
        if (axesAsInput) {
            reduced.input(node.vector("axes", positions));
        } else {
            reduced.attribute("axes", positions);
        }
        reduced.attribute("keepdims", keep ? 1 : 0);
        node.result(reduced.add(), keep ? x.order() : x.order().without(axes));
    }

    /** All or Any: of truth values as integers. */
    static OpConverter logical(String opType) {
        return node -> {
            var x = node.tensor(0);
            var axes = axes(node, x.order().rank());
            if (axes.isEmpty()) {
                Elementwise.identity(node);
                return;
            }
            boolean keep = node.attributes().bool("keep_dims", false);
            var number = cast(node.step("Cast").input(x.name()), DataType.DT_INT32);
            var reduced = node.step(opType).input(number);
            reduced.attribute("axes", positions(x.order(), axes))
                    .attribute("keepdims", keep ? 1 : 0);
            node.result(
                    cast(node.write("Cast").input(reduced.add()), DataType.DT_BOOL),
                    keep ? x.order() : x.order().without(axes));
        };
    }

    private static String cast(NodeWriter writer, DataType type) {
        return writer.attribute("to", OnnxType.of(type)).add();
    }

    /** Cumsum along one axis. */
    static void cumulativeSum(OpNode node) {
        var x = node.tensor(0);
        int position = x.order().position(node.axis(1, x.order().rank()));
        var attributes = node.attributes();
        var sums =
                node.write("CumSum")
                        .input(x.name())
                        .input(node.index("axis", position))
                        .attribute("exclusive", attributes.bool("exclusive", false) ? 1 : 0)
                        .attribute("reverse", attributes.bool("reverse", false) ? 1 : 0);
        node.result(sums.add(), x.order());
    }

    private static Set<Integer> axes(OpNode node, int rank) {
        return Arrays.stream(node.ints(1, "list of axes"))
                .mapToObj(axis -> OpNode.axis(axis, rank))
                .collect(Collectors.toSet());
    }

    private static long[] positions(AxisOrder order, Set<Integer> axes) {
        return axes.stream().mapToLong(order::position).sorted().toArray();
    }

    /** ArgMax or ArgMin: of equal values both formats take the first. */
    static OpConverter index(String opType) {
        return node -> {
            var x = node.tensor(0);
            int axis = node.axis(1, x.order().rank());
            var type = node.attributes().type("output_type", DataType.DT_INT64);
            var order = x.order().without(Set.of(axis));
            var index =
                    (type == DataType.DT_INT64 ? node.write(opType) : node.step(opType))
                            .input(x.name())
                            .attribute("axis", x.order().position(axis))
                            .attribute("keepdims", 0)
                            .add();
            node.result(
                    type == DataType.DT_INT64
                            ? index
                            : node.write("Cast")
                                    .input(index)
                                    .attribute("to", OnnxType.of(type))
                                    .add(),
                    order);
        };
    }
}

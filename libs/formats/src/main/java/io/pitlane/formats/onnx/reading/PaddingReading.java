package io.pitlane.formats.onnx.reading;

import io.pitlane.graph.NodeBuilder;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Values around a tensor. */
final class PaddingReading {
    private PaddingReading() {}

    /** Pad: with a constant, a reflection, or the values at the edge. */
    static void pad(OnnxNode node) {
        int rank = node.rank(0);
        var pads = node.integers("pads", 1).orElseThrow(() -> node.unsupported("it has no pads"));
        var axes =
                node.axes(
                        node.hasInput(3)
                                ? node.integers(3, "axes")
                                : LongStream.range(0, rank).toArray(),
                        rank);
        node.require(
                pads.length == 2 * axes.length && Arrays.stream(pads).allMatch(pad -> pad >= 0),
                "its pads are " + Arrays.toString(pads));
        var order = node.order(0);
        var paddings = new long[rank][2];
        for (int i = 0; i < axes.length; i++) {
            paddings[order.position(axes[i])] = new long[] {pads[i], pads[axes.length + i]};
        }
        var mode = node.string("mode", "constant");
        var padded =
                switch (mode) {
                    case "constant" -> constant(node, node.held(0), paddings, padding(node));
                    case "reflect" -> mirrored(node, node.held(0), paddings);
                    case "edge" -> edges(node, node.held(0), paddings);
                    default -> throw node.unsupported("its mode is " + mode);
                };
        node.result(padded, order);
    }

    private static float padding(OnnxNode node) {
        return node.hasInput(2)
                ? node.floats(2, "constant_value").values()[0]
                : node.number("value", 0);
    }

    /** The values at the edge again, by the places that they are taken from. */
    private static Output<?> edges(OnnxNode node, Output<?> tensor, long[][] paddings) {
        var padded = tensor;
        for (int axis = 0; axis < paddings.length; axis++) {
            long before = paddings[axis][0];
            long after = paddings[axis][1];
            if (before == 0 && after == 0) {
                continue;
            }
            long size = tensor.shape().get(axis);
            node.require(size > 0, "it repeats the edge of images whose size is not fixed");
            var places =
                    LongStream.range(-before, size + after)
                            .map(at -> Math.max(0, Math.min(size - 1, at)))
                            .toArray();
            padded =
                    node.step("GatherV2")
                            .input(padded)
                            .input(node.vector(places))
                            .input(node.integer(axis))
                            .add();
        }
        return padded;
    }

    /** A tensor with one value around it. */
    static Output<?> constant(OnnxNode node, Output<?> tensor, long[][] paddings, float value) {
        var rows = rows(node, paddings);
        return value == 0
                ? node.step("Pad").input(tensor).input(rows).add()
                : node.step("PadV2").input(tensor).input(rows).input(node.scalar(value)).add();
    }

    private static Output<?> mirrored(OnnxNode node, Output<?> tensor, long[][] paddings) {
        return node.step("MirrorPad")
                .input(tensor)
                .input(rows(node, paddings))
                .attribute("mode", "REFLECT")
                .add();
    }

    private static Output<?> rows(OnnxNode node, long[][] paddings) {
        var flat = Arrays.stream(paddings).flatMapToLong(Arrays::stream).toArray();
        return node.constant(
                TensorFlowGraph.proto(DataType.DT_INT32, false, flat).toBuilder()
                        .setTensorShape(NodeBuilder.shapeProto(paddings.length, 2))
                        .build());
    }
}

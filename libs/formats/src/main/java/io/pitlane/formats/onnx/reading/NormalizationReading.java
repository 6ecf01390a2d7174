package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import java.util.stream.LongStream;
import org.tensorflow.Output;

/** Normalizations by stored or own statistics. */
final class NormalizationReading {
    private static final float EPSILON = 1e-5f;

    private NormalizationReading() {}

    /** BatchNormalization for inference, of any number of spatial axes. */
    static void batch(OnnxNode node) {
        node.require(
                node.integer("training_mode", 0) == 0 && node.integer("spatial", 1) == 1,
                "it normalizes as in training");
        float epsilon = node.number("epsilon", EPSILON);
        int rank = node.rank(0);
        node.require(rank >= 2, "its input has no channels");
        var order = OnnxNode.channelsLastOrder(rank);
        var x = node.inOrder(0, order);
        if (rank == 4) {
            var normalized = node.write("FusedBatchNormV3").input(x);
            for (int slot = 1; slot <= 4; slot++) {
                normalized.input(node.held(slot));
            }
            normalized.attribute("is_training", false).attribute("epsilon", epsilon);
            node.result(normalized.add(), order);
            return;
        }
        var deviation = deviation(node, node.held(4), epsilon);
        var scale = node.step("RealDiv").input(node.held(1)).input(deviation).add();
        var shift =
                node.step("Sub")
                        .input(node.held(2))
                        .input(node.step("Mul").input(node.held(3)).input(scale).add())
                        .add();
        var scaled = node.write("Mul").input(x).input(scale).add();
        node.result(node.step("AddV2").input(scaled).input(shift).add(), order);
    }

    private static Output<?> deviation(OnnxNode node, Output<?> variance, float epsilon) {
        var sum = node.step("AddV2").input(variance).input(node.scalar(epsilon)).add();
        return node.step("Sqrt").input(sum).add();
    }

    /** InstanceNormalization: by the statistics of each channel of each image. */
    static void instance(OnnxNode node) {
        int rank = node.rank(0);
        node.require(rank >= 3, "its input has no spatial axes");
        var order = OnnxNode.channelsLastOrder(rank);
        var normalized =
                normalized(
                        node,
                        node.inOrder(0, order),
                        LongStream.range(1, rank - 1).toArray(),
                        node.number("epsilon", EPSILON));
        var scaled = node.write("Mul").input(normalized).input(node.held(1)).add();
        node.result(node.step("AddV2").input(scaled).input(node.held(2)).add(), order);
    }

    /** LayerNormalization: by the statistics of the last axes. */
    static void layer(OnnxNode node) {
        int rank = node.rank(0);
        int axis = node.axis(node.integer("axis", -1), rank);
        var order = AxisOrder.unchanged(rank);
        var normalized =
                normalized(
                        node,
                        node.unchanged(0),
                        LongStream.range(axis, rank).toArray(),
                        node.number("epsilon", EPSILON));
        var scaled = node.write("Mul").input(normalized).input(node.operand(1, order)).add();
        node.result(
                node.hasInput(2)
                        ? node.step("AddV2").input(scaled).input(node.operand(2, order)).add()
                        : scaled,
                order);
    }

    private static Output<?> normalized(OnnxNode node, Output<?> x, long[] axes, float epsilon) {
        var mean = mean(node, x, axes);
        var difference = node.step("Sub").input(x).input(mean).add();
        var variance = mean(node, node.step("Square").input(difference).add(), axes);
        return node.step("RealDiv")
                .input(difference)
                .input(deviation(node, variance, epsilon))
                .add();
    }

    private static Output<?> mean(OnnxNode node, Output<?> x, long[] axes) {
        return node.step("Mean")
                .input(x)
                .input(node.vector(axes))
                .attribute("keep_dims", true)
                .add();
    }

    /** LRN: across neighbouring channels. */
    static void acrossChannels(OnnxNode node) {
        long size = node.integer("size", 0);
        node.require(size % 2 == 1, "it normalizes over " + size + " channels");
        node.require(node.rank(0) == 4, "its input is not of images");
        node.result(
                node.write("LRN")
                        .input(node.channelsLast(0))
                        .attribute("depth_radius", size / 2)
                        .attribute("bias", node.number("bias", 1))
                        .attribute("alpha", node.number("alpha", 1e-4f) / size)
                        .attribute("beta", node.number("beta", 0.75f))
                        .add(),
                OnnxNode.channelsLastOrder(4));
    }

    /** Softmax or its logarithm: over one axis, before operator set 13 over all from it on. */
    static void softmax(OnnxNode node) {
        int rank = node.rank(0);
        boolean overOne = node.opset() >= 13;
        int axis = node.axis(node.integer("axis", overOne ? -1 : 1), rank);
        var shape = node.shape(0);
        boolean restIsOne =
                LongStream.range(axis + 1, rank).allMatch(other -> shape[(int) other] == 1);
        if (overOne || restIsOne) {
            overOne(node, axis, rank);
        } else {
            overSeveral(node, LongStream.range(axis, rank).toArray());
        }
    }

    private static void overOne(OnnxNode node, int axis, int rank) {
        var held = node.order(0);
        var order = held.position(axis) == rank - 1 ? held : last(axis, rank);
        node.result(node.write(node.opType()).input(node.inOrder(0, order)).add(), order);
    }

    private static AxisOrder last(int axis, int rank) {
        var axes = new int[rank];
        int at = 0;
        for (int other = 0; other < rank; other++) {
            if (other != axis) {
                axes[at++] = other;
            }
        }
        axes[at] = axis;
        return AxisOrder.of(axes);
    }

    private static void overSeveral(OnnxNode node, long[] axes) {
        var order = node.order(0);
        var x = node.held(0);
        var positions = node.vector(order.positions(axes));
        var highest = node.step("Max").input(x).input(positions).attribute("keep_dims", true).add();
        var shifted = node.step("Sub").input(x).input(highest).add();
        var powers = node.step("Exp").input(shifted).add();
        var sum =
                node.step("Sum").input(powers).input(positions).attribute("keep_dims", true).add();
        node.result(
                node.opType().equals("Softmax")
                        ? node.write("RealDiv").input(powers).input(sum).add()
                        : node.write("Sub")
                                .input(shifted)
                                .input(node.step("Log").input(sum).add())
                                .add(),
                order);
    }
}

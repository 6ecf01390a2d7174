package io.pitlane.formats.tflite;

import java.util.List;
import java.util.stream.LongStream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.DepthToSpaceOptionsT;
import org.tensorflow.lite.schema.ShapeOptionsT;
import org.tensorflow.lite.schema.SpaceToDepthOptionsT;
import org.tensorflow.lite.schema.SqueezeOptionsT;
import org.tensorflow.proto.DataType;

/** Operations that give a tensor other axes, or its values other places. */
final class Reshaping {
    /** The first version that has a kernel. */
    private static final int BROADCAST_TO_VERSION = 2;

    private Reshaping() {}

    /** An operation of the operator {@code code} whose second input are integers, as sizes. */
    static OpConverter moving(int code) {
        return node ->
                node.resultLike(
                        node.operator(code).input(node.held(0)).input(node.int32(1)), node.held(0));
    }

    /** The same for an operator without a kernel for int8. */
    static OpConverter ofValues(int code) {
        return node -> node.result(node.operator(code).input(node.tensor(0)).input(node.int32(1)));
    }

    static void expandDims(OpNode node) {
        if (node.hasAtMostOneOpenSize()) {
            toKnownShape(node);
        } else {
            moving(BuiltinOperator.EXPAND_DIMS).convert(node);
        }
    }

    /** A reshape, which XNNPACK takes where it leaves SQUEEZE and EXPAND_DIMS. */
    private static void toKnownShape(OpNode node) {
        node.resultLike(
                node.operator(BuiltinOperator.RESHAPE)
                        .input(node.held(0))
                        .input(node.vector("shape", node.resultShape().asArray())),
                node.held(0));
    }

    /** Fill: a single value in a given shape. */
    static void fill(OpNode node) {
        node.result(node.operator(BuiltinOperator.FILL).input(node.int32(0)).input(node.tensor(1)));
    }

    static void shape(OpNode node) {
        var options = new ShapeOptionsT();
        byte type = TfliteType.of(node.attributes().type("out_type", DataType.DT_INT32));
        options.setOutType(type);
        node.result(
                node.operator(BuiltinOperator.SHAPE)
                        .input(node.held(0))
                        .options(BuiltinOptions.ShapeOptions, options),
                type);
    }

    /**
     * Squeeze of the named axes. Without names it removes every axis of size 1, which is exported
     * only where all sizes are known: a dynamic batch of 1 would be removed as well.
     */
    static void squeeze(OpNode node) {
        int rank = node.rank(0);
        var named = node.attributes().ints("squeeze_dims", List.of());
        var axes = named.isEmpty() ? sizeOne(node) : named;
        if (axes.isEmpty()) {
            Elementwise.identity(node);
            return;
        }
        if (node.hasAtMostOneOpenSize()) {
            toKnownShape(node);
            return;
        }
        var options = new SqueezeOptionsT();
        options.setSqueezeDims(axes.stream().mapToInt(axis -> OpNode.axis(axis, rank)).toArray());
        node.resultLike(
                node.operator(BuiltinOperator.SQUEEZE)
                        .input(node.held(0))
                        .options(BuiltinOptions.SqueezeOptions, options),
                node.held(0));
    }

    private static List<Long> sizeOne(OpNode node) {
        var shape = node.shape(0);
        if (shape.isUnknown() || shape.hasUnknownDimension()) {
            throw node.unsupported("it names no axes, so what it removes depends on the batch");
        }
        var sizes = shape.asArray();
        return LongStream.range(0, sizes.length)
                .filter(axis -> sizes[(int) axis] == 1)
                .boxed()
                .toList();
    }

    static void depthToSpace(OpNode node) {
        var options = new DepthToSpaceOptionsT();
        options.setBlockSize(blockSize(node));
        node.resultLike(
                node.operator(BuiltinOperator.DEPTH_TO_SPACE)
                        .input(node.held(0))
                        .options(BuiltinOptions.DepthToSpaceOptions, options),
                node.held(0));
    }

    static void spaceToDepth(OpNode node) {
        var options = new SpaceToDepthOptionsT();
        options.setBlockSize(blockSize(node));
        node.resultLike(
                node.operator(BuiltinOperator.SPACE_TO_DEPTH)
                        .input(node.held(0))
                        .options(BuiltinOptions.SpaceToDepthOptions, options),
                node.held(0));
    }

    private static int blockSize(OpNode node) {
        node.requireChannelsLast();
        return (int) node.attributes().integer("block_size", 2);
    }

    /** SpaceToBatchND or BatchToSpaceND of images or rows. */
    static OpConverter batchBlocks(int code) {
        return node ->
                node.resultLike(
                        node.operator(code)
                                .input(node.held(0))
                                .input(node.int32(1))
                                .input(node.int32(2)),
                        node.held(0));
    }

    /** ReverseV2 along constant axes, one after the other: the kernel takes adjacent ones only. */
    static void reverse(OpNode node) {
        int rank = node.rank(0);
        var axes = node.ints(1, "list of axes");
        if (axes.length == 0) {
            Elementwise.identity(node);
            return;
        }
        var reversed = node.tensor(0);
        for (int i = 0; i < axes.length; i++) {
            var operator =
                    node.operator(BuiltinOperator.REVERSE_V2)
                            .input(reversed)
                            .input(node.vector("axis", OpNode.axis(axes[i], rank)));
            if (i < axes.length - 1) {
                reversed = node.stepLike(operator, reversed, node.resultShape());
            } else {
                node.resultLike(operator, reversed);
            }
        }
    }

    /** BroadcastTo. */
    static void broadcast(OpNode node) {
        node.resultLike(
                node.operator(BuiltinOperator.BROADCAST_TO)
                        .version(BROADCAST_TO_VERSION)
                        .input(node.held(0))
                        .input(node.int32(1)),
                node.held(0));
    }
}

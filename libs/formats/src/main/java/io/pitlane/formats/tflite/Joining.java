package io.pitlane.formats.tflite;

import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ConcatenationOptionsT;
import org.tensorflow.lite.schema.PackOptionsT;
import org.tensorflow.lite.schema.SplitOptionsT;
import org.tensorflow.lite.schema.SplitVOptionsT;
import org.tensorflow.lite.schema.UnpackOptionsT;

/** Operations that join tensors, and those that take one apart. */
final class Joining {
    private Joining() {}

    /** ConcatV2: its last input is the axis. */
    static void concat(OpNode node) {
        int parts = node.inputs() - 1;
        var options = new ConcatenationOptionsT();
        options.setAxis(node.axis(parts, node.rank(0)));
        node.result(
                node.operator(BuiltinOperator.CONCATENATION)
                        .inputs(node.tensors(0, parts - 1))
                        .options(BuiltinOptions.ConcatenationOptions, options));
    }

    /** Pack: joins along a new axis. */
    static void pack(OpNode node) {
        var options = new PackOptionsT();
        options.setValuesCount(node.inputs());
        options.setAxis(OpNode.axis(node.attributes().integer("axis", 0), node.rank(0) + 1));
        node.result(
                node.operator(BuiltinOperator.PACK)
                        .inputs(node.tensors(0, node.inputs() - 1))
                        .options(BuiltinOptions.PackOptions, options));
    }

    /** Unpack: the parts along an axis, without it. */
    static void unpack(OpNode node) {
        int count = (int) node.attributes().integer("num", 0);
        var options = new UnpackOptionsT();
        options.setNum(count);
        options.setAxis(OpNode.axis(node.attributes().integer("axis", 0), node.rank(0)));
        node.resultsLike(
                node.operator(BuiltinOperator.UNPACK)
                        .input(node.held(0))
                        .options(BuiltinOptions.UnpackOptions, options),
                node.held(0),
                count);
    }

    /** Split into equal parts: its first input is the axis. */
    static void split(OpNode node) {
        int count = (int) node.attributes().integer("num_split", 1);
        var options = new SplitOptionsT();
        options.setNumSplits(count);
        node.ints(0, "axis");
        node.resultsLike(
                node.operator(BuiltinOperator.SPLIT)
                        .input(node.int32(0))
                        .input(node.held(1))
                        .options(BuiltinOptions.SplitOptions, options),
                node.held(1),
                count);
    }

    /** SplitV: into parts of given sizes, one of which may be left open. */
    static void splitV(OpNode node) {
        int count = node.ints(1, "list of sizes").length;
        node.ints(2, "axis");
        var options = new SplitVOptionsT();
        options.setNumSplits(count);
        node.resultsLike(
                node.operator(BuiltinOperator.SPLIT_V)
                        .input(node.held(0))
                        .input(node.int32(1))
                        .input(node.int32(2))
                        .options(BuiltinOptions.SplitVOptions, options),
                node.held(0),
                count);
    }
}

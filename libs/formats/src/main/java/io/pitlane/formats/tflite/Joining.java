package io.pitlane.formats.tflite;

import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ConcatenationOptionsT;
import org.tensorflow.lite.schema.PackOptionsT;
import org.tensorflow.lite.schema.SplitOptionsT;
import org.tensorflow.lite.schema.SplitVOptionsT;
import org.tensorflow.lite.schema.UnpackOptionsT;

/** Operations that join tensors, and those that take one apart. */
final class Joining {
    private static final int INT8 = 2;

    private Joining() {}

    /**
     * ConcatV2: its last input is the axis. Where all parts are quantized they are joined in int8,
     * of the quantization of the result or of all of them.
     */
    static void concat(OpNode node) {
        int parts = node.inputs() - 1;
        var options = new ConcatenationOptionsT();
        options.setAxis(node.axis(parts, node.rank(0)));
        var joined =
                node.operator(BuiltinOperator.CONCATENATION)
                        .options(BuiltinOptions.ConcatenationOptions, options);
        boolean integers =
                IntStream.range(0, parts).allMatch(slot -> node.held(slot).isQuantized());
        var quantization =
                node.absorbQuantization(result -> integers).or(() -> common(node, parts, integers));
        if (quantization.isEmpty()) {
            node.result(joined.inputs(node.tensors(0, parts - 1)));
            return;
        }
        for (int slot = 0; slot < parts; slot++) {
            joined.input(node.quantized(slot, quantization.get()));
        }
        node.result(joined.version(INT8), quantization.get());
    }

    private static Optional<Quantization> common(OpNode node, int parts, boolean integers) {
        var first = Optional.ofNullable(node.held(0).quantization()).filter(any -> integers);
        return first.filter(
                quantization ->
                        IntStream.range(1, parts)
                                .allMatch(
                                        slot ->
                                                quantization.equals(
                                                        node.held(slot).quantization())));
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

package io.pitlane.formats.tflite;

import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;
import org.tensorflow.lite.schema.ArgMaxOptionsT;
import org.tensorflow.lite.schema.ArgMinOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.CumsumOptionsT;
import org.tensorflow.lite.schema.ReducerOptionsT;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.lite.schema.TopKV2OptionsT;
import org.tensorflow.proto.DataType;

/** Reductions along constant axes, and indices of the largest values. */
final class Reductions {
    private static final int INT8 = 2;

    private Reductions() {}

    /** A reduction that TFLite has as the operator {@code code}. */
    static OpConverter as(int code) {
        return node -> reduce(node, code, node.type());
    }

    /** Mean, in int8 where its input and its result are quantized. */
    static void mean(OpNode node) {
        var quantization =
                node.held(0).isQuantized() && node.ints(1, "list of axes").length > 0
                        ? node.absorbQuantization(result -> true)
                        : Optional.<Quantization>empty();
        if (quantization.isEmpty()) {
            reduce(node, BuiltinOperator.MEAN, node.type());
            return;
        }
        var options = new ReducerOptionsT();
        options.setKeepDims(node.attributes().bool("keep_dims", false));
        node.result(
                node.operator(BuiltinOperator.MEAN)
                        .version(INT8)
                        .input(node.held(0))
                        .input(node.int32(1))
                        .options(BuiltinOptions.ReducerOptions, options),
                quantization.get());
    }

    /** A reduction of booleans. */
    static OpConverter ofBooleans(int code) {
        return node -> reduce(node, code, TensorType.BOOL);
    }

    private static void reduce(OpNode node, int code, byte type) {
        if (node.ints(1, "list of axes").length == 0) {
            Elementwise.identity(node);
            return;
        }
        var options = new ReducerOptionsT();
        options.setKeepDims(node.attributes().bool("keep_dims", false));
        node.result(
                node.operator(code)
                        .input(node.tensor(0))
                        .input(node.int32(1))
                        .options(BuiltinOptions.ReducerOptions, options),
                type);
    }

    /** ArgMax: of equal values both take the first. */
    static void argMax(OpNode node) {
        var options = new ArgMaxOptionsT();
        options.setOutputType(indexType(node));
        index(
                node,
                node.operator(BuiltinOperator.ARG_MAX)
                        .options(BuiltinOptions.ArgMaxOptions, options));
    }

    /** ArgMin, likewise. */
    static void argMin(OpNode node) {
        var options = new ArgMinOptionsT();
        options.setOutputType(indexType(node));
        index(
                node,
                node.operator(BuiltinOperator.ARG_MIN)
                        .options(BuiltinOptions.ArgMinOptions, options));
    }

    private static byte indexType(OpNode node) {
        return TfliteType.of(node.attributes().type("output_type", DataType.DT_INT64));
    }

    private static void index(OpNode node, OperatorWriter operator) {
        node.result(operator.input(node.tensor(0)).input(node.int32(1)), indexType(node));
    }

    /** TopKV2 with indices of int32. */
    static void topK(OpNode node) {
        if (node.attributes().type("index_type", DataType.DT_INT32) != DataType.DT_INT32) {
            throw node.unsupported("its indices are not int32");
        }
        node.results(
                node.operator(BuiltinOperator.TOPK_V2)
                        .input(node.tensor(0))
                        .input(node.int32(1))
                        .options(BuiltinOptions.TopKV2Options, new TopKV2OptionsT()),
                node.type(),
                TensorType.INT32);
    }

    /** Cumsum along a constant axis. */
    static void cumulativeSum(OpNode node) {
        var options = new CumsumOptionsT();
        options.setExclusive(node.attributes().bool("exclusive", false));
        options.setReverse(node.attributes().bool("reverse", false));
        node.result(
                node.operator(BuiltinOperator.CUMSUM)
                        .input(node.tensor(0))
                        .input(node.int32(1))
                        .options(BuiltinOptions.CumsumOptions, options));
    }
}

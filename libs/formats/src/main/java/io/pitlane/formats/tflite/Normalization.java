package io.pitlane.formats.tflite;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.LocalResponseNormalizationOptionsT;
import org.tensorflow.lite.schema.ReducerOptionsT;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.ndarray.Shape;

/** Batch normalisation that no layer could take into its weights, and local normalisation. */
final class Normalization {
    private Normalization() {}

    /**
     * FusedBatchNorm and its successors: with given statistics, or with those of the batch. Keras
     * computes layer normalisation with the latter, every position of the input as a channel.
     */
    static void batchNorm(OpNode node) {
        if (node.isUsed(1) || node.isUsed(2)) {
            throw node.unsupported("its mean or variance is used");
        }
        if (node.attributes().bool("is_training", true)) {
            byBatch(node);
        } else {
            byStatistics(node);
        }
    }

    private static void byStatistics(OpNode node) {
        var gamma = node.floats(1, "scale").values();
        var beta = node.floats(2, "offset").values();
        var mean = node.floats(3, "mean").values();
        var variance = node.floats(4, "variance").values();
        var factors = new float[gamma.length];
        var summands = new float[gamma.length];
        for (int i = 0; i < gamma.length; i++) {
            double factor = gamma[i] / Math.sqrt(variance[i] + (double) epsilon(node));
            factors[i] = (float) factor;
            summands[i] = (float) (beta[i] - mean[i] * factor);
        }
        var scaled =
                node.step(
                        node.operator(BuiltinOperator.MUL)
                                .input(node.tensor(0))
                                .input(constant(node, "factors", factors)));
        node.result(
                node.operator(BuiltinOperator.ADD)
                        .input(scaled)
                        .input(constant(node, "summands", summands)));
    }

    private static TfliteTensor constant(OpNode node, String name, float... values) {
        var shape = new long[node.rank(0) - channelAxis(node)];
        Arrays.fill(shape, 1);
        shape[0] = values.length;
        return node.constant(name, new FloatTensor(values, shape));
    }

    private static void byBatch(OpNode node) {
        var x = node.tensor(0);
        var centred = node.step(node.operator(BuiltinOperator.SUB).input(x).input(mean(node, x)));
        var squares = node.step(node.operator(BuiltinOperator.MUL).input(centred).input(centred));
        var variance =
                node.step(
                        node.operator(BuiltinOperator.ADD)
                                .input(mean(node, squares))
                                .input(node.scalar("epsilon", epsilon(node))),
                        TensorType.FLOAT32,
                        statisticsShape(node));
        var factor =
                node.step(
                        node.operator(BuiltinOperator.RSQRT).input(variance),
                        TensorType.FLOAT32,
                        statisticsShape(node));
        var normal = node.step(node.operator(BuiltinOperator.MUL).input(centred).input(factor));
        var scaled =
                node.step(
                        node.operator(BuiltinOperator.MUL)
                                .input(normal)
                                .input(perChannel(node, 1)));
        node.result(node.operator(BuiltinOperator.ADD).input(scaled).input(perChannel(node, 2)));
    }

    private static TfliteTensor mean(OpNode node, TfliteTensor x) {
        var options = new ReducerOptionsT();
        options.setKeepDims(true);
        var axes =
                LongStream.range(0, node.rank(0))
                        .filter(axis -> axis != channelAxis(node))
                        .toArray();
        return node.step(
                node.operator(BuiltinOperator.MEAN)
                        .input(x)
                        .input(node.vector("axes", axes))
                        .options(BuiltinOptions.ReducerOptions, options),
                TensorType.FLOAT32,
                statisticsShape(node));
    }

    private static Shape statisticsShape(OpNode node) {
        var sizes = new long[node.rank(0)];
        Arrays.fill(sizes, 1);
        sizes[channelAxis(node)] = node.resultShape().get(channelAxis(node));
        return Shape.of(sizes);
    }

    /** A vector of one value for each channel, to be broadcast to the axes behind. */
    private static TfliteTensor perChannel(OpNode node, int slot) {
        if (channelAxis(node) == node.rank(0) - 1) {
            return node.tensor(slot);
        }
        var sizes = new long[node.rank(0) - channelAxis(node)];
        Arrays.fill(sizes, 1);
        sizes[0] = -1;
        return node.step(
                node.operator(BuiltinOperator.RESHAPE)
                        .input(node.tensor(slot))
                        .input(node.vector("perChannel", sizes)),
                TensorType.FLOAT32,
                Shape.of(sizes));
    }

    private static int channelAxis(OpNode node) {
        return node.attributes().channelsLast() ? node.rank(0) - 1 : 1;
    }

    private static float epsilon(OpNode node) {
        return node.attributes().number("epsilon", 1e-4f);
    }

    /** LRN: over neighbouring channels. */
    static void local(OpNode node) {
        var attributes = node.attributes();
        var options = new LocalResponseNormalizationOptionsT();
        options.setRadius((int) attributes.integer("depth_radius", 5));
        options.setBias(attributes.number("bias", 1));
        options.setAlpha(attributes.number("alpha", 1));
        options.setBeta(attributes.number("beta", 0.5f));
        node.result(
                node.operator(BuiltinOperator.LOCAL_RESPONSE_NORMALIZATION)
                        .input(node.tensor(0))
                        .options(BuiltinOptions.LocalResponseNormalizationOptions, options));
    }
}

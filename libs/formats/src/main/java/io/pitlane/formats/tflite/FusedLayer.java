package io.pitlane.formats.tflite;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;

/**
 * A layer with the bias and the activation behind it, which its operator computes as well. It runs
 * in integers where its features and its kernel are quantized, and its result is rounded at once:
 * in int8 where both have 8 bits; else with features and a result of 16 bits and a kernel of 8,
 * converted before and behind it where they have 8.
 */
final class FusedLayer {
    private static final int HIGHEST_INT16 = Short.MAX_VALUE;

    private final OpNode node;
    private final int inputSlot;
    private final Kernel kernel;
    private final TfliteTensor features;
    private final FloatTensor bias;
    private final byte activation;
    private final Optional<Quantization> result;

    private FusedLayer(OpNode node, int inputSlot, Kernel kernel, boolean hasIntegerKernel) {
        this.node = node;
        this.inputSlot = inputSlot;
        this.kernel = kernel;
        this.bias =
                node.absorbBias()
                        .orElseGet(
                                () ->
                                        new FloatTensor(
                                                new float[kernel.outputs()], kernel.outputs()));
        this.activation = node.absorbActivation();
        this.features = node.stored(inputSlot);
        boolean integers =
                hasIntegerKernel && features.isQuantized() && kernel.quantization() != null;
        this.result = node.absorbLayerQuantization(quantization -> integers);
    }

    /**
     * A layer and what is behind it.
     *
     * @param inputSlot which of the node's inputs the features are
     */
    static FusedLayer of(OpNode node, int inputSlot, Kernel kernel) {
        return new FusedLayer(node, inputSlot, kernel, true);
    }

    /** The same for a layer that TFLite computes in float32 only. */
    static FusedLayer ofFloats(OpNode node, int inputSlot, Kernel kernel) {
        return new FusedLayer(node, inputSlot, kernel, false);
    }

    /** Whether it runs in integers, of 8 or 16 bits. */
    boolean isInteger() {
        return result.isPresent();
    }

    /** Whether its features and its result have 16 bits. */
    boolean isInt16() {
        return isInteger()
                && (Quantizing.isInt16(features.quantization())
                        || Quantizing.isInt16(result.get()));
    }

    /** The activation as the schema numbers it. */
    byte activation() {
        return activation;
    }

    /** The features. */
    TfliteTensor input() {
        if (isInt16()) {
            return node.quantized(inputSlot, featureQuantization());
        }
        return isInteger() ? features : node.tensor(inputSlot);
    }

    /** That of the features; those of 8 bits keep their step. */
    private Quantization featureQuantization() {
        var held = features.quantization();
        return isInt16() && !Quantizing.isInt16(held)
                ? Quantization.int16((float) (held.scale() * HIGHEST_INT16))
                : held;
    }

    /** The kernel; a quantized one is stored in int8 for a layer in float32, too. */
    TfliteTensor weights() {
        var shape = kernel.values().shape();
        if (kernel.quantization() == null) {
            return node.constant("kernel", kernel.values());
        }
        var integers =
                isInteger()
                        ? node.constant("kernel", kernel.integers(), kernel.quantization(), shape)
                        : node.stored("kernel", kernel.integers(), kernel.quantization(), shape);
        return isInteger() ? integers : node.dequantized("kernel/float", integers, shape);
    }

    /** The bias, zeros where there is none: XNNPACK takes no convolution without. */
    TfliteTensor bias() {
        return isInteger() ? integerBias() : node.constant("bias", bias);
    }

    /** The bias in units of the products: the scale of the features times that of the kernel. */
    private TfliteTensor integerBias() {
        double scale = featureQuantization().scale();
        var scales = new float[kernel.quantization().limits().length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) (scale * kernel.quantization().scale(i));
        }
        var integers = new long[kernel.outputs()];
        for (int i = 0; i < integers.length; i++) {
            integers[i] =
                    (long) Math.rint(bias.values()[i] / (scale * kernel.quantization().scale(i)));
        }
        return node.bias(integers, isInt16(), scales);
    }

    /** Adds the operator, whose result is that of the last absorbed node. */
    void result(OperatorWriter operator) {
        if (!isInteger()) {
            node.result(operator);
        } else if (isInt16() && !Quantizing.isInt16(result.get())) {
            var rounded = result.get();
            double highest = rounded.highest() - (double) rounded.zeroPoint();
            double lowest = rounded.zeroPoint() - (double) rounded.lowest();
            var wide = Quantization.int16((float) (rounded.scale() * Math.max(highest, lowest)));
            node.resultOfTwoRoundings(operator, wide, rounded);
        } else {
            node.result(operator, result.get());
        }
    }
}

package io.pitlane.formats.tflite;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;

/**
 * A layer with the bias and the activation behind it, which its operator computes as well. It runs
 * in int8 where its features and its kernel are quantized, and its result is rounded at once.
 */
final class FusedLayer {
    private final OpNode node;
    private final int inputSlot;
    private final Kernel kernel;
    private final FloatTensor bias;
    private final byte activation;
    private final Optional<Quantization> result;

    private FusedLayer(OpNode node, int inputSlot, Kernel kernel) {
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
        boolean integers = node.held(inputSlot).isQuantized() && kernel.quantization() != null;
        this.result = node.absorbQuantization(quantization -> integers);
    }

    /**
     * A layer and what is behind it.
     *
     * @param inputSlot which of the node's inputs the features are
     */
    static FusedLayer of(OpNode node, int inputSlot, Kernel kernel) {
        return new FusedLayer(node, inputSlot, kernel);
    }

    /** Whether it runs in int8. */
    boolean isInt8() {
        return result.isPresent();
    }

    /** The activation as the schema numbers it. */
    byte activation() {
        return activation;
    }

    /** The features. */
    TfliteTensor input() {
        return isInt8() ? node.held(inputSlot) : node.tensor(inputSlot);
    }

    /** The kernel; a quantized one is stored in int8 for a layer in float32, too. */
    TfliteTensor weights() {
        var shape = kernel.values().shape();
        if (kernel.quantization() == null) {
            return node.constant("kernel", kernel.values());
        }
        var integers = node.constant("kernel", kernel.integers(), kernel.quantization(), shape);
        return isInt8() ? integers : node.dequantized("kernel/float", integers, shape);
    }

    /** The bias, zeros where there is none: XNNPACK takes no convolution without. */
    TfliteTensor bias() {
        return isInt8() ? integerBias() : node.constant("bias", bias);
    }

    /** The bias in units of the products: the scale of the features times that of the kernel. */
    private TfliteTensor integerBias() {
        double scale = node.held(inputSlot).quantization().scale();
        var scales = new float[kernel.quantization().limits().length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) (scale * kernel.quantization().scale(i));
        }
        var integers = new int[kernel.outputs()];
        for (int i = 0; i < integers.length; i++) {
            double unit = scale * kernel.quantization().scale(i);
            // The cast saturates: a channel of tiny weights must not wrap around.
            integers[i] = (int) Math.rint(bias.values()[i] / unit);
        }
        return node.bias(integers, scales);
    }

    /** Adds the operator, whose result is that of the last absorbed node. */
    void result(OperatorWriter operator) {
        if (isInt8()) {
            node.result(operator, result.get());
        } else {
            node.result(operator);
        }
    }
}

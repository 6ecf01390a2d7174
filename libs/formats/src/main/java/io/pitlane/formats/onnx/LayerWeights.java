package io.pitlane.formats.onnx;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The constant kernel of a layer, and its bias: in float32, in float16 with a Cast, or, where the
 * graph quantizes them, as integers: with a DequantizeLinear beside quantized features, else as
 * {@link StoredWeights}.
 */
final class LayerWeights {
    private final OpNode node;
    private final int featureSlot;
    private final int kernelSlot;
    private final WeightConstant kernel;

    private LayerWeights(OpNode node, int featureSlot, int kernelSlot, WeightConstant kernel) {
        this.node = node;
        this.featureSlot = featureSlot;
        this.kernelSlot = kernelSlot;
        this.kernel = kernel;
    }

    /**
     * The weights of a layer.
     *
     * @param featureSlot which of the node's inputs the kernel is applied to
     * @param kernelSlot which of them the kernel is
     * @throws UnsupportedNodeException when the kernel is computed
     */
    static LayerWeights of(OpNode node, int featureSlot, int kernelSlot) {
        var kernel =
                node.weight(kernelSlot)
                        .orElseThrow(() -> node.unsupported("its kernel is computed"));
        return new LayerWeights(node, featureSlot, kernelSlot, kernel);
    }

    /** The shape of the kernel in TensorFlow. */
    long[] shape() {
        return kernel.values().shape();
    }

    /**
     * Writes the kernel with its axes in another order; its name. Layers that share a kernel share
     * what is written.
     *
     * @param channelAxis the axis of the output channels, in this order
     */
    String kernel(AxisOrder order, int channelAxis) {
        return kernel(order, channelAxis, order.arranged(shape()));
    }

    /** Writes the kernel with its axes in another order and then in another shape. */
    String kernel(AxisOrder order, int channelAxis, long... shape) {
        return node.kernelOnce(
                kernelSlot,
                shape,
                () ->
                        kernel.isQuantized()
                                ? integers(order, channelAxis, shape)
                                : node.floatWeights(
                                        kernel.name(),
                                        new FloatTensor(
                                                order.arranged(kernel.values()).values(), shape)));
    }

    private String integers(AxisOrder order, int channelAxis, long... shape) {
        var integers = new FloatTensor(order.arranged(kernel.integers()).values(), shape);
        var scales = scales();
        if (node.quantization(featureSlot).isEmpty()) {
            return node.storedWeights()
                    .write(kernel.name(), integers, scales, channelAxis, kernel.quantization());
        }
        return node.quantizeLinear()
                .weights(
                        kernel.name(),
                        integers,
                        scales.length == 1
                                ? new FloatTensor(scales)
                                : new FloatTensor(scales, scales.length),
                        channelAxis,
                        kernel.quantization().signed());
    }

    /** The scale of all weights, or one for each output channel. */
    private float[] scales() {
        var quantization = kernel.quantization();
        if (quantization.bits() > Byte.SIZE) {
            throw node.unsupported(
                    "its kernel is quantized to %d bits".formatted(quantization.bits()));
        }
        var scales = quantization.scales();
        var outputAxis = node.outputAxis(kernelSlot, shape().length);
        if (!quantization.isPerChannel()
                || outputAxis.equals(OptionalInt.of(quantization.axis()))) {
            return scales;
        }
        if (outputAxis.isPresent()) {
            throw node.unsupported(
                    "its kernel is quantized along axis "
                            + quantization.axis()
                            + ", which is not that of its output channels");
        }
        return depthwiseScales(scales, quantization);
    }

    /** A depthwise kernel {@code [H, W, in, multiplier]} has {@code in * multiplier} channels. */
    private float[] depthwiseScales(float[] scales, Quantization quantization) {
        int multiplier = (int) shape()[3];
        var perChannel = new float[(int) shape()[2] * multiplier];
        for (int channel = 0; channel < perChannel.length; channel++) {
            perChannel[channel] =
                    switch (quantization.axis()) {
                        case 2 -> scales[channel / multiplier];
                        case 3 -> scales[channel % multiplier];
                        default ->
                                throw node.unsupported(
                                        "its kernel is quantized along axis "
                                                + quantization.axis());
                    };
        }
        return perChannel;
    }

    /** Writes the constant bias that follows the layer, which becomes part of it; its name. */
    Optional<String> bias() {
        return node.absorbBias().map(this::bias);
    }

    private String bias(FloatTensor bias) {
        var features = node.quantization(featureSlot);
        if (features.isEmpty() || !kernel.isQuantized()) {
            return node.constant("bias", bias);
        }
        float featureScale = (float) features.get().scale();
        var scales = scales();
        var products = new double[scales.length];
        for (int i = 0; i < products.length; i++) {
            products[i] = (double) featureScale * scales[i];
        }
        return node.quantizeLinear().bias(node.name() + "/bias", bias, products);
    }
}

package io.pitlane.formats.tflite;

import io.pitlane.graph.FloatTensor;

/** A layer with the bias and the activation behind it, which its operator computes as well. */
final class FusedLayer {
    private final OpNode node;
    private final int inputSlot;
    private final Kernel kernel;
    private final FloatTensor bias;
    private final byte activation;

    private FusedLayer(
            OpNode node, int inputSlot, Kernel kernel, FloatTensor bias, byte activation) {
        this.node = node;
        this.inputSlot = inputSlot;
        this.kernel = kernel;
        this.bias = bias;
        this.activation = activation;
    }

    /**
     * A layer and what is behind it.
     *
     * @param inputSlot which of the node's inputs the features are
     */
    static FusedLayer of(OpNode node, int inputSlot, Kernel kernel) {
        var bias =
                node.absorbBias()
                        .orElseGet(
                                () ->
                                        new FloatTensor(
                                                new float[kernel.outputs()], kernel.outputs()));
        return new FusedLayer(node, inputSlot, kernel, bias, node.absorbActivation());
    }

    /** The activation as the schema numbers it. */
    byte activation() {
        return activation;
    }

    /** The features. */
    TfliteTensor input() {
        return node.tensor(inputSlot);
    }

    /** The kernel. */
    TfliteTensor weights() {
        return node.constant(kernel.name(), kernel.values());
    }

    /** The bias, zeros where there is none: XNNPACK takes no convolution without. */
    TfliteTensor bias() {
        return node.constant("bias", bias);
    }

    /** Adds the operator, whose result is that of the last absorbed node. */
    void result(OperatorWriter operator) {
        node.result(operator);
    }
}

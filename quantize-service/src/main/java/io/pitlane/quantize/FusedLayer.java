package io.pitlane.quantize;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * A layer of a float graph with the nodes that one int8 kernel computes along with it: a product
 * with constant weights, its bias, and optionally a residual sum and an activation.
 *
 * @param product the Conv2D, DepthwiseConv2dNative or MatMul
 * @param input the tensor that it multiplies
 * @param weights {@code [H, W, I, O]} of a convolution, {@code [H, W, O, 1]} of a depthwise one,
 *     {@code [I, O]} of a dense layer (or {@code [O, I]}, where the MatMul transposes)
 * @param bias {@code [O]}; zeros where there is none
 * @param summand the tensor added before the activation, in the same shape; empty without a sum
 * @param activation the last operation
 * @param output the output tensor of the last node
 */
record FusedLayer(
        NodeDef product,
        TensorRef input,
        FloatTensor weights,
        FloatTensor bias,
        Optional<TensorRef> summand,
        Activation activation,
        TensorRef output) {

    /** Whether it is a convolution of each channel by itself. */
    boolean depthwise() {
        return Operations.of(product).isDepthwise();
    }

    /** Whether it is a convolution of any kind; else it is a dense layer. */
    boolean convolution() {
        return Operations.of(product).isConvolution();
    }

    /** The name of the layer in the float graph. */
    String name() {
        return product.getName();
    }
}

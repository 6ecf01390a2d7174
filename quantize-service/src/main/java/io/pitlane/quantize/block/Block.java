package io.pitlane.quantize.block;

import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.Operations;
import io.pitlane.model.graph.TensorRef;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * A stretch of a float graph that one int8 kernel does: a product with constant weights, its bias,
 * perhaps a residual sum, perhaps an activation.
 *
 * @param product the Conv2D or MatMul
 * @param input what it multiplies
 * @param weights {@code [H, W, I, O]} of a convolution, {@code [I, O]} of a dense layer (or {@code
 *     [O, I]}, where the MatMul transposes)
 * @param bias {@code [O]}; zeros where there is none
 * @param summand what is added before the activation, in the same shape; empty when nothing is
 * @param activation what is done at the end
 * @param output the tensor that comes out, of the stretch's last node
 */
public record Block(
        NodeDef product,
        TensorRef input,
        FloatTensor weights,
        FloatTensor bias,
        Optional<TensorRef> summand,
        Activation activation,
        TensorRef output) {

    /** Whether it is a convolution; else it is a dense layer. */
    public boolean convolution() {
        return Operations.of(product).isConvolution();
    }

    /** The name of the layer in the float graph. */
    public String name() {
        return product.getName();
    }
}

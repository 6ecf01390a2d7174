package io.pitlane.graph.fusion;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * A layer of a float graph with the nodes that one int8 kernel computes along with it: a product
 * with constant weights, its bias, and optionally a residual sum and an activation.
 *
 * @param product the Conv2D, Conv3D, DepthwiseConv2dNative, Conv2DBackpropInput or MatMul
 * @param input the tensor that it multiplies
 * @param weights {@code [H, W, I, O]} of a convolution, {@code [D, H, W, I, O]} of one of volumes,
 *     where {@code I} is that of one group, {@code [H, W, I, M]} of a depthwise one with {@code O =
 *     I * M}, {@code [H, W, O, I]} of a transposed one, {@code [I, O]} of a dense layer (or {@code
 *     [O, I]}, where the MatMul transposes)
 * @param bias {@code [O]}; zeros where there is none
 * @param summand the tensor added before the activation, in the same shape; empty without a sum
 * @param activation the last operation
 * @param output the output tensor of the last node
 */
public record FusedLayer(
        NodeDef product,
        TensorRef input,
        FloatTensor weights,
        FloatTensor bias,
        Optional<TensorRef> summand,
        FusedActivation activation,
        TensorRef output) {

    /** Whether it is a convolution of each channel by itself. */
    public boolean depthwise() {
        return Operations.of(product).isDepthwise();
    }

    /** Whether it is a convolution from its output to its input. */
    public boolean transposed() {
        return Operations.of(product).isTransposedConvolution();
    }

    /** Whether it is a convolution of any kind; else it is a dense layer. */
    public boolean convolution() {
        return Operations.of(product).isConvolution();
    }

    /** Which input of the product its features are. */
    public int featureSlot() {
        return Operations.of(product).featureSlot();
    }

    /** The constant that holds the weights. */
    public TensorRef kernel() {
        return TensorRef.parse(product.getInput(1));
    }

    /**
     * The axis in the weights that has a scale for each index: the output channels, or the input
     * channels of a depthwise convolution.
     */
    public int outputAxis() {
        return depthwise()
                ? 2
                : Operations.of(product)
                        .kernel()
                        .orElseThrow()
                        .outputAxis(product, 1, weights.rank())
                        .orElseThrow();
    }

    /**
     * The nodes from the product to the one before the output, whose results stay in the kernel.
     */
    public List<String> innerNodes(FlatGraph graph) {
        return Stream.iterate(
                        product.getName(),
                        node -> !node.equals(output.node()),
                        node -> graph.onlyConsumer(node).orElseThrow().getName())
                .toList();
    }

    /** The name of the layer in the float graph. */
    public String name() {
        return product.getName();
    }
}

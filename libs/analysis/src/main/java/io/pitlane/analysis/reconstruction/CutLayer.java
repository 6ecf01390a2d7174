package io.pitlane.analysis.reconstruction;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * A layer whose former outputs can be restored.
 *
 * @param node the convolution or dense layer, in the cut model
 * @param input the tensor that it multiplies
 * @param kernel name of the kernel's Const, which no other node reads
 * @param kept which of the former output channels it still has
 * @param bias name of the Const of the bias behind it; empty where there is none
 * @param batchNorm the batch norm directly behind it, whose statistics may change
 */
record CutLayer(
        NodeDef node,
        TensorRef input,
        String kernel,
        int[] kept,
        Optional<String> bias,
        Optional<NodeDef> batchNorm) {

    /** Name of the layer. */
    String name() {
        return node.getName();
    }

    /** The product, in both models. */
    TensorRef product() {
        return TensorRef.of(name());
    }

    /** The former outputs that are left, of a product of the model before. */
    FloatTensor keptOf(FloatTensor former) {
        int axis = former.rank() - 1;
        return former.shape()[axis] == kept.length ? former : former.select(axis, kept);
    }
}

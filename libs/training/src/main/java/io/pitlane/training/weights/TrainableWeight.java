package io.pitlane.training.weights;

import io.pitlane.graph.operation.Operations;
import org.tensorflow.proto.NodeDef;

/**
 * A constant that training may move.
 *
 * @param name name of the Const
 * @param user the first node that uses it as a weight
 * @param slot which of the user's inputs it is
 */
public record TrainableWeight(String name, NodeDef user, int slot) {

    /** Whether it is the kernel of a layer, rather than a bias, a scale or an offset. */
    boolean isKernel() {
        return Operations.of(user).kernel().isPresent();
    }
}

package io.pitlane.training.weights;

import io.pitlane.graph.operation.Operations;
import org.tensorflow.proto.NodeDef;

/**
 * A constant that can be trained.
 *
 * @param name name of the Const
 * @param consumer the first node that uses it as a weight
 * @param slot position among the inputs of that node
 */
public record TrainableWeight(String name, NodeDef consumer, int slot) {

    /** Whether it is the kernel of a layer, rather than a bias, a scale or an offset. */
    boolean isKernel() {
        return Operations.of(consumer).kernel().isPresent();
    }
}

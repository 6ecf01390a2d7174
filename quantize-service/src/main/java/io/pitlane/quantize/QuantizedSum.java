package io.pitlane.quantize;

import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedActivation;
import java.util.List;

/**
 * The sum of two quantized tensors, with the activation behind it.
 *
 * @param addends the two tensors
 * @param activation the last operation
 * @param output the output tensor of the last node
 */
record QuantizedSum(List<TensorRef> addends, FusedActivation activation, TensorRef output) {
    QuantizedSum {
        addends = List.copyOf(addends);
    }
}

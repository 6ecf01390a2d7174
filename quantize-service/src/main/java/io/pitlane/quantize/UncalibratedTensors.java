package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * The tensors that cannot be calibrated, because they depend on an input beside the image for which
 * there is no data: calibration feeds zeros, and their range would clip the values that callers
 * feed.
 */
final class UncalibratedTensors {
    private final Set<String> nodes = new HashSet<>();

    /** Finds everything that depends on the inputs of a graph that are fed zeros. */
    UncalibratedTensors(FlatGraph graph, ModelInputs feeds) {
        var pending = new ArrayDeque<String>();
        feeds.inputsFedZeros().stream()
                .map(GraphSignature.Port::tensor)
                .map(TensorRef::node)
                .forEach(pending::add);
        while (!pending.isEmpty()) {
            var node = pending.remove();
            if (nodes.add(node)) {
                graph.uses(node).forEach(use -> pending.add(use.consumer().getName()));
            }
        }
    }

    /** Whether a tensor depends on such an input. */
    boolean contains(TensorRef tensor) {
        return nodes.contains(tensor.node());
    }
}

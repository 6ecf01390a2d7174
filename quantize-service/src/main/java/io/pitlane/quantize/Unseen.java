package io.pitlane.quantize;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.Feeds;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * The tensors whose values calibration cannot see, for they depend on an input beside the image for
 * which the data has nothing: zeros stand in for it, and their range would cut off what callers
 * feed.
 */
final class Unseen {
    private final Set<String> nodes = new HashSet<>();

    /** Follows the inputs of a graph that are fed zeros. */
    Unseen(FlatGraph graph, Feeds feeds) {
        var open = new ArrayDeque<String>();
        feeds.standIns().stream()
                .map(GraphSignature.Port::tensor)
                .map(TensorRef::node)
                .forEach(open::add);
        while (!open.isEmpty()) {
            var node = open.remove();
            if (nodes.add(node)) {
                graph.uses(node).forEach(use -> open.add(use.consumer().getName()));
            }
        }
    }

    /** Whether a tensor depends on such an input. */
    boolean contains(TensorRef tensor) {
        return nodes.contains(tensor.node());
    }
}

package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TransferRules;

/**
 * Gives every operation its own copy of the biases, batch norm vectors and scales that it shares
 * with others. Graph optimizers merge constants of equal values; without the copies, unrelated
 * layers would have to lose the same channels. Kernels stay shared: there the model shares weights
 * on purpose.
 */
public final class VectorUnsharing {
    private VectorUnsharing() {}

    /** The graph with a copy for each use after the first. */
    public static FlatGraph apply(FlatGraph graph) {
        var editor = graph.edit();
        for (var node : graph.nodes()) {
            if (FloatTensor.isFloatConst(node)) {
                graph.uses(node.getName()).stream()
                        .filter(use -> !TransferRules.isLayer(use.consumer()))
                        .skip(1)
                        .forEach(
                                use -> {
                                    var own = editor.freshName(node.getName());
                                    editor.put(node.toBuilder().setName(own).build());
                                    editor.setInput(
                                            use.consumer().getName(),
                                            use.slot(),
                                            TensorRef.of(own));
                                });
            }
        }
        return editor.build();
    }
}

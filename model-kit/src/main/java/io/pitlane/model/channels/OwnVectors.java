package io.pitlane.model.channels;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.TensorRef;

/**
 * Gives every op its own copy of the biases, batch norm vectors and factors that it shares with
 * others, as graph optimizers leave them where equal values meet. Without it, layers that have
 * nothing to do with each other would have to lose the same channels. Kernels stay shared: there
 * sharing is the model's intent.
 */
final class OwnVectors {
    private OwnVectors() {}

    /** The graph with a copy for each use after the first. */
    static FlatGraph in(FlatGraph graph) {
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

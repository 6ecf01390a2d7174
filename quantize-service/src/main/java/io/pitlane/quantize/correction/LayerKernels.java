package io.pitlane.quantize.correction;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;

/** Replaces the kernel of one layer; other layers that share its constant keep theirs. */
final class LayerKernels {
    private LayerKernels() {}

    /**
     * The graph with other weights.
     *
     * @param product the layer's product, which reads a constant
     * @param weights in the shape of those it has
     */
    static FlatGraph replaced(FlatGraph graph, String product, double[] weights) {
        var constant = graph.input(graph.node(product), 1);
        var values = new float[weights.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) weights[i];
        }
        var editor = graph.edit();
        boolean isShared =
                graph.uses(constant.getName()).size() > 1 || graph.isOutput(constant.getName());
        var name = isShared ? editor.freshName(product + "/equalized") : constant.getName();
        editor.put(new FloatTensor(values, FloatTensor.of(constant).shape()).toConst(name));
        editor.setInput(product, 1, TensorRef.of(name));
        return editor.build();
    }
}

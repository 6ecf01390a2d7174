package io.pitlane.quantize.correction;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The bias behind a layer's product, which is changed, or added where there is none. */
final class LayerBias {
    private LayerBias() {}

    /** The node that adds a bias to a product, if nothing else reads the product. */
    private static Optional<NodeDef> node(FlatGraph graph, String product) {
        return graph.onlyConsumer(product)
                .filter(node -> Operations.of(node).kind() == Kind.BIAS)
                .filter(node -> FloatTensor.isFloatConst(graph.input(node, 1)));
    }

    /**
     * The graph with something added to the channels of a product.
     *
     * @param product the layer's product, whose channels are the last axis
     * @param shift one value a channel
     */
    static FlatGraph shifted(FlatGraph graph, String product, double[] shift) {
        if (Arrays.stream(shift).allMatch(value -> value == 0)) {
            return graph;
        }
        var existing = node(graph, product);
        return existing.isPresent()
                ? changed(graph, existing.get(), shift)
                : added(graph, product, shift);
    }

    private static FlatGraph changed(FlatGraph graph, NodeDef node, double[] shift) {
        var constant = graph.input(node, 1);
        var bias = FloatTensor.of(constant).values().clone();
        for (int channel = 0; channel < bias.length; channel++) {
            bias[channel] = (float) (bias[channel] + shift[channel]);
        }
        var editor = graph.edit();
        boolean isShared =
                graph.uses(constant.getName()).size() > 1 || graph.isOutput(constant.getName());
        var name = isShared ? editor.freshName(node.getName() + "/corrected") : constant.getName();
        editor.put(new FloatTensor(bias, bias.length).toConst(name));
        editor.setInput(node.getName(), 1, TensorRef.of(name));
        return editor.build();
    }

    private static FlatGraph added(FlatGraph graph, String product, double[] shift) {
        var bias = new float[shift.length];
        for (int channel = 0; channel < bias.length; channel++) {
            bias[channel] = (float) shift[channel];
        }
        var editor = graph.edit();
        var name = editor.freshName(product + "/BiasAdd");
        var constant = editor.freshName(product + "/bias");
        editor.redirect(TensorRef.of(product), TensorRef.of(name));
        editor.put(new FloatTensor(bias, bias.length).toConst(constant));
        editor.put(
                NodeBuilder.of("BiasAdd", name)
                        .input(product)
                        .input(constant)
                        .type("T", DataType.DT_FLOAT)
                        .string("data_format", "NHWC")
                        .build());
        return editor.build();
    }
}

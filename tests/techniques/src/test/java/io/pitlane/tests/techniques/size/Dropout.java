package io.pitlane.tests.techniques.size;

import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.Map;

/**
 * Dropout (Srivastava et al. 2014) as nodes of a graph in training, whose batches must all be of
 * one size.
 *
 * @param rates share of the values that are dropped, by the name of the tensor {@code [N, values]}
 * @param widths number of values of each, by the same names
 * @param batch images in every batch
 */
record Dropout(Map<String, Double> rates, Map<String, Integer> widths, int batch) {

    /** The graph with dropout behind these tensors. */
    FlatGraph in(FlatGraph graph, long seed) {
        var editor = graph.edit();
        rates.forEach((tensor, rate) -> drop(graph, editor, tensor, rate, seed));
        return editor.build();
    }

    private void drop(FlatGraph graph, GraphEditor editor, String tensor, double rate, long seed) {
        var scope = tensor + "/dropout";
        editor.put(NodeBuilder.intVector(scope + "/shape", batch, widths.get(tensor)));
        editor.put(
                NodeBuilder.of("RandomUniform", scope + "/uniform")
                        .input(scope + "/shape")
                        .type("dtype", DT_FLOAT)
                        .type("T", DT_INT32)
                        .integer("seed", seed + 1)
                        .integer("seed2", tensor.hashCode())
                        .build());
        editor.put(scalar(scope + "/rate", rate));
        editor.put(
                NodeBuilder.of("GreaterEqual", scope + "/kept")
                        .input(scope + "/uniform")
                        .input(scope + "/rate")
                        .type("T", DT_FLOAT)
                        .build());
        editor.put(
                NodeBuilder.of("Cast", scope + "/mask")
                        .input(scope + "/kept")
                        .type("SrcT", DT_BOOL)
                        .type("DstT", DT_FLOAT)
                        .build());
        editor.put(scalar(scope + "/scale", 1 / (1 - rate)));
        editor.put(product(scope + "/factors", scope + "/mask", scope + "/scale"));
        editor.put(product(scope, tensor, scope + "/factors"));
        graph.uses(tensor)
                .forEach(
                        use ->
                                editor.setInput(
                                        use.consumer().getName(), use.slot(), TensorRef.of(scope)));
    }

    private static org.tensorflow.proto.NodeDef scalar(String name, double value) {
        return new FloatTensor(new float[] {(float) value}).toConst(name);
    }

    private static org.tensorflow.proto.NodeDef product(String name, String x, String y) {
        return NodeBuilder.of("Mul", name).input(x).input(y).type("T", DT_FLOAT).build();
    }

    /** A graph without dropout, with the weights of one that was trained with it. */
    static FlatGraph without(FlatGraph graph, FlatGraph trained) {
        var editor = graph.edit();
        graph.nodes().stream()
                .filter(FloatTensor::isFloatConst)
                .forEach(node -> editor.put(trained.node(node.getName())));
        return editor.build();
    }
}

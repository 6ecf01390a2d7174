package io.pitlane.tests.techniques.size;

import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the contexts of the coder are worth: the bytes of the file when the weights of each kernel,
 * a matrix of outputs as columns, are in another order, which takes what the coder knows of a
 * weight from what is around it. Seeded.
 *
 * @param file bytes of the file as it is
 * @param lines with rows and columns in random order: no neighbours
 * @param weights with all weights of a kernel in random order: no rows and columns either
 */
record ContextAblation(int file, int lines, int weights) {

    /** Of a model trained for rate. */
    static ContextAblation of(FlatGraph graph) {
        var random = new Random(1);
        return new ContextAblation(
                bytes(graph),
                bytes(reordered(graph, kernel -> lines(kernel, random))),
                bytes(reordered(graph, kernel -> order(kernel.values().length, random))));
    }

    private static int bytes(FlatGraph graph) {
        return PackedModelWriter.pack(graph).length;
    }

    /** For each place of a tensor, the place whose value it gets. */
    private interface Order {
        int[] of(FloatTensor tensor);
    }

    private static FlatGraph reordered(FlatGraph graph, Order order) {
        var editor = graph.edit();
        var kernels = QuantizedGraph.of(graph).quantizations().keySet();
        for (var name : kernels.stream().map(TensorRef::node).sorted().toList()) {
            var kernel = FloatTensor.of(graph.node(name));
            int[] from = order.of(kernel);
            var values = new float[from.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = kernel.values()[from[i]];
            }
            editor.put(new FloatTensor(values, kernel.shape()).toConst(name));
        }
        return editor.build();
    }

    private static int[] lines(FloatTensor kernel, Random random) {
        int columns = (int) kernel.shape()[kernel.rank() - 1];
        int rows = kernel.values().length / columns;
        int[] row = order(rows, random);
        int[] column = order(columns, random);
        return IntStream.range(0, rows * columns)
                .map(i -> row[i / columns] * columns + column[i % columns])
                .toArray();
    }

    private static int[] order(int length, Random random) {
        List<Integer> order = IntStream.range(0, length).boxed().collect(Collectors.toList());
        Collections.shuffle(order, random);
        return order.stream().mapToInt(Integer::intValue).toArray();
    }
}

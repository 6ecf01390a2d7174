package io.pitlane.quantize.correction;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;

/**
 * The kernel of a layer in the quantized graph.
 *
 * @param constant name of the constant that holds the weights
 * @param weights as the constant has them
 * @param quantization what rounds them; empty where it is not uniform, or there is none
 */
record QuantizedKernel(String constant, FloatTensor weights, Optional<Quantization> quantization) {

    /** The kernel of a layer with this product. */
    static QuantizedKernel of(FlatGraph graph, String product) {
        var node = graph.node(product);
        var constant = FakeQuantization.unroundedInput(graph, node, 1);
        return new QuantizedKernel(
                constant.getName(),
                FloatTensor.of(constant),
                FakeQuantization.of(graph, graph.input(node, 1)));
    }

    /** The weights that the layer multiplies by. */
    FloatTensor rounded() {
        return quantization.map(grid -> grid.rounded(weights)).orElse(weights);
    }
}

package io.pitlane.graph.channels.allocation;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.footprint.ModelParameters;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.List;

/**
 * The parameters: kernels, biases and batch norm vectors, each counted once.
 *
 * @param each what one parameter costs: 1, or its bytes
 */
public record ParameterCost(double each) implements CostModel {

    @Override
    public List<Part> parts(FlatGraph graph, DependencyGraph dependencies) {
        var axes = new WeightAxes(graph, dependencies);
        return ModelParameters.byConstant(QuantizedGraph.of(graph).floats()).entrySet().stream()
                .map(
                        weight ->
                                Part.product(
                                        weight.getKey(),
                                        axes.of(weight.getKey()),
                                        each * weight.getValue()))
                .toList();
    }
}

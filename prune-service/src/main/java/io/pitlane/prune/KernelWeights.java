package io.pitlane.prune;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/**
 * The kernels of convolutions and dense layers, by the names of their Consts. Biases and batch norm
 * are few and matter much; they are none.
 */
final class KernelWeights {
    private KernelWeights() {}

    /** Every kernel of a graph, in the order of the graph; one that layers share stands once. */
    static Map<String, FloatTensor> of(FlatGraph graph) {
        var kernels = new LinkedHashMap<String, FloatTensor>();
        for (var node : graph.nodes()) {
            LayerKernel.of(graph, node)
                    .ifPresent(kernel -> kernels.put(kernel.name(), kernel.values()));
        }
        return kernels;
    }

    /**
     * Names of the layers that have no such kernel: the graph computes it, or it is not float32.
     */
    static List<String> layersWithout(FlatGraph graph) {
        return graph.nodes().stream()
                .filter(node -> Operations.of(node).isPrunable())
                .filter(node -> LayerKernel.of(graph, node).isEmpty())
                .map(NodeDef::getName)
                .toList();
    }
}

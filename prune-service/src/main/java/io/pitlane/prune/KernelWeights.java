package io.pitlane.prune;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * The kernels of convolutions and dense layers: the weights that magnitude pruning may remove.
 * Biases and batch norm parameters are not among them: they are few, and the accuracy depends on
 * each.
 */
final class KernelWeights {
    private KernelWeights() {}

    /**
     * The kernels by the names of their Consts, in the graph's order; a shared one is listed once.
     */
    static Map<String, FloatTensor> of(FlatGraph graph) {
        var kernels = new LinkedHashMap<String, FloatTensor>();
        for (var node : graph.nodes()) {
            LayerKernel.of(graph, node)
                    .ifPresent(kernel -> kernels.put(kernel.name(), kernel.values()));
        }
        return kernels;
    }

    /** The layers that have no kernel to prune, as {@code "attention, mixer: reason"}. */
    static List<String> layersLeftAlone(FlatGraph graph) {
        var byReason = new LinkedHashMap<String, List<String>>();
        for (var node : graph.nodes()) {
            reasonToLeaveAlone(graph, node)
                    .ifPresent(
                            reason ->
                                    byReason.computeIfAbsent(reason, r -> new ArrayList<>())
                                            .add(node.getName()));
        }
        return byReason.entrySet().stream()
                .map(layers -> String.join(", ", layers.getValue()) + ": " + layers.getKey())
                .toList();
    }

    private static Optional<String> reasonToLeaveAlone(FlatGraph graph, NodeDef node) {
        var operation = Operations.of(node);
        if (!operation.isLayer() || LayerKernel.of(graph, node).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                operation.isPrunable()
                        ? "no constant float32 kernel"
                        : "pruning does not support " + node.getOp());
    }
}

package io.pitlane.model.train;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.TensorRef;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * Tells the constants that are weights from those that are not: filters, matrices and biases, the
 * scale and offset of batch norm (its mean and variance stay), and vectors multiplied or added
 * behind a layer, as folded batch norm leaves them. What is done to the image before the first
 * layer is no weight.
 */
final class TrainableWeights {
    private static final Map<String, List<Integer>> WEIGHT_SLOTS =
            Map.of(
                    "Conv2D", List.of(1),
                    "DepthwiseConv2dNative", List.of(1),
                    "Conv2DBackpropInput", List.of(1),
                    "MatMul", List.of(0, 1),
                    "BatchMatMulV2", List.of(0, 1),
                    "Einsum", List.of(0, 1),
                    "BiasAdd", List.of(1),
                    "FusedBatchNormV3", List.of(1, 2));
    private static final Set<String> AFFINE = Set.of("Add", "AddV2", "Sub", "Mul");

    private final FlatGraph graph;
    private final Set<String> behindALayer = new HashSet<>();
    private final Map<String, Weight> weights = new LinkedHashMap<>();

    private TrainableWeights(FlatGraph graph) {
        this.graph = graph;
    }

    /** The weights among some nodes, in the graph's order. */
    static List<Weight> of(FlatGraph graph, Set<String> nodes) {
        var search = new TrainableWeights(graph);
        graph.nodes().stream()
                .filter(node -> nodes.contains(node.getName()))
                .forEach(search::visit);
        return search.weights.values().stream()
                .filter(weight -> nodes.contains(weight.name()))
                .toList();
    }

    /** Every weight of the graph, in its order. */
    static List<Weight> of(FlatGraph graph) {
        return of(graph, graph.nodes().stream().map(NodeDef::getName).collect(Collectors.toSet()));
    }

    private void visit(NodeDef node) {
        boolean behind = inputs(node).anyMatch(in -> behindALayer.contains(in.getName()));
        for (int slot : WEIGHT_SLOTS.getOrDefault(node.getOp(), List.of())) {
            addIfConst(node, slot, 1);
        }
        if (behind && AFFINE.contains(node.getOp())) {
            IntStream.range(0, 2).forEach(slot -> addIfConst(node, slot, 2));
        }
        if (behind || WEIGHT_SLOTS.containsKey(node.getOp())) {
            behindALayer.add(node.getName());
        }
    }

    private Stream<NodeDef> inputs(NodeDef node) {
        return node.getInputList().stream().map(in -> graph.node(TensorRef.parse(in).node()));
    }

    private void addIfConst(NodeDef user, int slot, int smallest) {
        var node = graph.input(user, slot);
        if (FloatTensor.isFloatConst(node) && FloatTensor.of(node).values().length >= smallest) {
            weights.putIfAbsent(node.getName(), new Weight(node.getName(), user, slot));
        }
    }
}

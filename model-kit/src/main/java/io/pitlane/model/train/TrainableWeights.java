package io.pitlane.model.train;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.TensorRef;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Set<String> weights = new LinkedHashSet<>();

    private TrainableWeights(FlatGraph graph) {
        this.graph = graph;
    }

    /** Names of the Consts that are weights and reach one of the heads, in the graph's order. */
    static List<String> of(FlatGraph graph, List<Head> heads) {
        return new TrainableWeights(graph).find(heads);
    }

    private List<String> find(List<Head> heads) {
        var needed = neededBy(heads);
        graph.nodes().stream().filter(node -> needed.contains(node.getName())).forEach(this::visit);
        return List.copyOf(weights);
    }

    private Set<String> neededBy(List<Head> heads) {
        var needed = new HashSet<String>();
        heads.forEach(head -> needed.add(head.tensor().node()));
        var nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (needed.contains(nodes.get(i).getName())) {
                nodes.get(i).getInputList().forEach(in -> needed.add(TensorRef.parse(in).node()));
            }
        }
        return needed;
    }

    private void visit(NodeDef node) {
        boolean behind = inputs(node).anyMatch(in -> behindALayer.contains(in.getName()));
        for (int slot : WEIGHT_SLOTS.getOrDefault(node.getOp(), List.of())) {
            addIfConst(graph.input(node, slot), 1);
        }
        if (behind && AFFINE.contains(node.getOp())) {
            inputs(node).forEach(in -> addIfConst(in, 2));
        }
        if (behind || WEIGHT_SLOTS.containsKey(node.getOp())) {
            behindALayer.add(node.getName());
        }
    }

    private Stream<NodeDef> inputs(NodeDef node) {
        return node.getInputList().stream().map(in -> graph.node(TensorRef.parse(in).node()));
    }

    private void addIfConst(NodeDef node, int smallest) {
        if (FloatTensor.isFloatConst(node) && FloatTensor.of(node).values().length >= smallest) {
            weights.add(node.getName());
        }
    }
}

package io.pitlane.training.weights;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * Tells the constants that are weights from those that are not: kernels and biases, the scale and
 * offset of batch norm (its mean and variance stay), and per-channel scales and biases after a
 * layer, as folded batch norm leaves them. Constants applied to the image before the first layer
 * are no weights.
 */
public final class TrainableWeights {
    private final FlatGraph graph;
    private final Set<String> afterALayer = new HashSet<>();
    private final Map<String, TrainableWeight> weights = new LinkedHashMap<>();

    private TrainableWeights(FlatGraph graph) {
        this.graph = graph;
    }

    /** The weights among some nodes, in the graph's order. */
    public static List<TrainableWeight> of(FlatGraph graph, Set<String> nodes) {
        var search = new TrainableWeights(graph);
        graph.nodes().stream()
                .filter(node -> nodes.contains(node.getName()))
                .forEach(search::visit);
        return search.weights.values().stream()
                .filter(weight -> nodes.contains(weight.name()))
                .toList();
    }

    /** Every weight of the graph, in its order. */
    public static List<TrainableWeight> of(FlatGraph graph) {
        return of(graph, graph.nodes().stream().map(NodeDef::getName).collect(Collectors.toSet()));
    }

    private void visit(NodeDef node) {
        boolean follows = inputs(node).anyMatch(input -> afterALayer.contains(input.getName()));
        switch (Operations.of(node).kind()) {
            case LAYER, BIAS, BATCH_NORM -> {
                addConstants(node, 1);
                afterALayer.add(node.getName());
            }
            case ADDITION, SUBTRACTION, MULTIPLICATION -> {
                if (follows) {
                    addConstants(node, 2);
                }
            }
            default -> {}
        }
        if (follows) {
            afterALayer.add(node.getName());
        }
    }

    private Stream<NodeDef> inputs(NodeDef node) {
        return node.getInputList().stream().map(in -> graph.node(TensorRef.parse(in).node()));
    }

    /** The constants of at least so many values that stand where the node takes weights. */
    private void addConstants(NodeDef user, int smallest) {
        var operation = Operations.of(user);
        for (int slot : operation.weightSlots()) {
            if (operation.isTrainable() && slot < user.getInputCount()) {
                var node = graph.input(user, slot);
                if (FloatTensor.isFloatConst(node)
                        && FloatTensor.of(node).values().length >= smallest) {
                    weights.putIfAbsent(
                            node.getName(), new TrainableWeight(node.getName(), user, slot));
                }
            }
        }
    }
}

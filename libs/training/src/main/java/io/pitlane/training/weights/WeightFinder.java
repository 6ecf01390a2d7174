package io.pitlane.training.weights;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the constants of a graph that are weights: kernels and biases, scale and offset of batch
 * norm (not its mean and variance), and per-channel scales and biases after a layer, such as those
 * of a folded batch norm. Constants applied to the image before the first layer are not weights.
 */
public final class WeightFinder {
    private final FlatGraph graph;
    private final Set<String> afterLayer = new HashSet<>();
    private final Map<String, TrainableWeight> weights = new LinkedHashMap<>();

    private WeightFinder(FlatGraph graph) {
        this.graph = graph;
    }

    /** The weights among these nodes, in the order of the graph. */
    public static List<TrainableWeight> find(FlatGraph graph, Set<String> nodes) {
        var search = new WeightFinder(graph);
        graph.nodes().stream()
                .filter(node -> nodes.contains(node.getName()))
                .forEach(search::visit);
        return search.weights.values().stream()
                .filter(weight -> nodes.contains(weight.name()))
                .toList();
    }

    /** All weights, in the order of the graph. */
    public static List<TrainableWeight> find(FlatGraph graph) {
        return find(
                graph, graph.nodes().stream().map(NodeDef::getName).collect(Collectors.toSet()));
    }

    private void visit(NodeDef node) {
        boolean follows = inputs(node).anyMatch(input -> afterLayer.contains(input.getName()));
        switch (Operations.of(node).kind()) {
            case LAYER, BIAS, BATCH_NORM -> {
                addConstants(node, 1);
                afterLayer.add(node.getName());
            }
            case ADDITION, SUBTRACTION, MULTIPLICATION -> {
                if (follows) {
                    addConstants(node, 2);
                }
            }
            default -> {}
        }
        if (follows) {
            afterLayer.add(node.getName());
        }
    }

    private Stream<NodeDef> inputs(NodeDef node) {
        return node.getInputList().stream().map(in -> graph.node(TensorRef.parse(in).node()));
    }

    /** Adds the constants at the weight inputs of a node that have at least this many values. */
    private void addConstants(NodeDef user, int minSize) {
        var operation = Operations.of(user);
        for (int slot : operation.weightSlots()) {
            if (operation.isTrainable() && slot < user.getInputCount()) {
                var node = FakeQuantization.unroundedInput(graph, user, slot);
                if (FloatTensor.isFloatConst(node)
                        && FloatTensor.of(node).values().length >= minSize) {
                    weights.putIfAbsent(
                            node.getName(), new TrainableWeight(node.getName(), user, slot));
                }
            }
        }
    }
}

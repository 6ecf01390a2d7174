package io.pitlane.model.train;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.TensorFlowRuntime;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.NodeDef;

/** Tells whether a loss can reach the weights behind a tensor. */
final class GradientPaths {
    /** Choices, counts and comparisons: what follows them is trained past them. */
    private static final Set<String> WITHOUT_SLOPE =
            Set.of("ArgMax", "ArgMin", "Where", "Unique", "Range", "Bucketize");

    private GradientPaths() {}

    /** The first node on the way from a tensor back to the weights that has no gradient. */
    static Optional<NodeDef> obstacle(FlatGraph graph, TensorRef tensor) {
        TensorFlowRuntime.load();
        var moving = dependingOnWeights(graph);
        var seen = new HashSet<String>();
        var pending = new ArrayDeque<String>(List.of(tensor.node()));
        while (!pending.isEmpty()) {
            var node = graph.node(pending.pop());
            boolean isNew = seen.add(node.getName());
            if (!isNew || !moving.contains(node.getName()) || isWithoutSlope(node)) {
                continue;
            }
            if (!tensorflow.TFJ_HasGradient(node.getOp())) {
                return Optional.of(node);
            }
            node.getInputList().forEach(in -> pending.push(TensorRef.parse(in).node()));
        }
        return Optional.empty();
    }

    private static boolean isWithoutSlope(NodeDef node) {
        return WITHOUT_SLOPE.contains(node.getOp()) || node.getOp().startsWith("NonMaxSuppression");
    }

    private static Set<String> dependingOnWeights(FlatGraph graph) {
        var moving = new HashSet<String>();
        TrainableWeights.of(graph).forEach(weight -> moving.add(weight.name()));
        for (var node : graph.nodes()) {
            if (node.getInputList().stream()
                    .anyMatch(in -> moving.contains(TensorRef.parse(in).node()))) {
                moving.add(node.getName());
            }
        }
        return moving;
    }
}

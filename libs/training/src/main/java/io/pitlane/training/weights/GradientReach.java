package io.pitlane.training.weights;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.operation.Operations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.NodeDef;

/**
 * How far gradients come: from a loss back to what has a share in it, but not past a choice or a
 * count, and not past an operation that TensorFlow has no gradient for.
 *
 * @param nodes names of the nodes that gradients come to on every way
 * @param obstacles the operations without gradient, last first
 */
public record GradientReach(Set<String> nodes, List<NodeDef> obstacles) {

    /** The reach from these tensors. */
    public static GradientReach of(FlatGraph graph, Collection<TensorRef> tensors) {
        TensorFlowRuntime.load();
        var reached = new HashSet<String>();
        var blocked = new HashSet<String>();
        var obstacles = new ArrayList<NodeDef>();
        tensors.forEach(tensor -> reached.add(tensor.node()));
        var nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            var node = nodes.get(i);
            boolean ends = node.getInputCount() == 0 || !Operations.of(node).hasSlope();
            if (ends || !reached.contains(node.getName())) {
                continue;
            }
            boolean isObstacle = !tensorflow.TFJ_HasGradient(node.getOp());
            boolean isBlocked = isObstacle || blocked.contains(node.getName());
            if (isObstacle) {
                obstacles.add(node);
            }
            for (var input : node.getInputList()) {
                var name = TensorRef.parse(input).node();
                reached.add(name);
                if (isBlocked) {
                    blocked.add(name);
                }
            }
        }
        reached.removeAll(blocked);
        return new GradientReach(reached, List.copyOf(obstacles));
    }
}

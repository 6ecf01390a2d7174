package io.pitlane.training.weights;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes that gradients reach: backwards from the tensors of a loss, up to operations that are
 * not differentiable (such as ArgMax or Shape) or have no gradient in TensorFlow. Fake quantization
 * counts as differentiable: training estimates its gradient.
 *
 * @param nodes names of the nodes that gradients reach on every path
 * @param withoutGradient the nodes whose operation has no gradient in TensorFlow, the last one
 *     first
 */
public record GradientFlow(Set<String> nodes, List<NodeDef> withoutGradient) {

    /** Follows the gradients from these tensors. */
    public static GradientFlow of(FlatGraph graph, Collection<TensorRef> tensors) {
        TensorFlowRuntime.load();
        var reached = new HashSet<String>();
        var blocked = new HashSet<String>();
        var withoutGradient = new ArrayList<NodeDef>();
        tensors.forEach(tensor -> reached.add(tensor.node()));
        var nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            var node = nodes.get(i);
            boolean ends = node.getInputCount() == 0 || !Operations.of(node).hasSlope();
            if (ends || !reached.contains(node.getName())) {
                continue;
            }
            boolean lacksGradient =
                    !tensorflow.TFJ_HasGradient(node.getOp())
                            && FakeQuantization.of(graph, node).isEmpty();
            boolean isBlocked = lacksGradient || blocked.contains(node.getName());
            if (lacksGradient) {
                withoutGradient.add(node);
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
        return new GradientFlow(reached, List.copyOf(withoutGradient));
    }
}

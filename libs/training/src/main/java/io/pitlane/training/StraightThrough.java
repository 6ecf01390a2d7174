package io.pitlane.training;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import org.tensorflow.proto.NodeDef;

/**
 * Makes fake quantization differentiable by the straight-through estimator (Bengio et al.,
 * arXiv:1308.3432; for quantization Jacob et al., arXiv:1712.05877): the gradient is 1 inside the
 * range and 0 where values saturate.
 *
 * <pre>
 * clipped = min(max(x, lowest), highest)
 * y = clipped + stopGradient(quantized(x) - clipped)
 * </pre>
 */
final class StraightThrough {
    private final FlatGraph graph;
    private final GraphEditor editor;

    private StraightThrough(FlatGraph graph) {
        this.graph = graph;
        this.editor = graph.edit();
    }

    /** The same network, in which no gradient ends at a fake quantization. */
    static FlatGraph differentiable(FlatGraph graph) {
        return new StraightThrough(graph).rewrite();
    }

    private FlatGraph rewrite() {
        boolean changed = false;
        for (var node : graph.nodes()) {
            var quantization = FakeQuantization.of(graph, node);
            quantization.ifPresent(q -> estimate(node, q));
            changed |= quantization.isPresent();
        }
        return changed ? editor.build() : graph;
    }

    private void estimate(NodeDef node, Quantization quantization) {
        var name = node.getName();
        var x = TensorRef.parse(node.getInput(0)).toString();
        int zeroPoint = quantization.zeroPoint();
        editor.put(bound(node, quantization, quantization.lowest() - zeroPoint, "lowest"));
        editor.put(bound(node, quantization, quantization.highest() - zeroPoint, "highest"));
        editor.put(node.toBuilder().setName(name + "/quantized").build());
        binary("Maximum", name + "/raised", x, name + "/lowest");
        binary("Minimum", name + "/clipped", name + "/raised", name + "/highest");
        binary("Sub", name + "/rounding", name + "/quantized", name + "/clipped");
        editor.put(
                NodeBuilder.of("StopGradient", name + "/stopped")
                        .input(name + "/rounding")
                        .type("T", DT_FLOAT)
                        .build());
        binary("AddV2", name, name + "/clipped", name + "/stopped");
    }

    /** What an integer stands for, in a shape that is broadcast to the tensor's. */
    private NodeDef bound(NodeDef node, Quantization quantization, int steps, String suffix) {
        var values = new float[quantization.limits().length];
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] = (float) (quantization.scale(channel) * steps);
        }
        var shape = new long[quantization.isPerChannel() ? rank(node) - quantization.axis() : 0];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = i == 0 ? values.length : 1;
        }
        return new FloatTensor(values, shape).toConst(node.getName() + "/" + suffix);
    }

    /** One limit a channel is for weights, which are constant. */
    private int rank(NodeDef node) {
        return FloatTensor.of(graph.input(node, 0)).rank();
    }

    private void binary(String op, String name, String left, String right) {
        editor.put(NodeBuilder.of(op, name).input(left).input(right).type("T", DT_FLOAT).build());
    }
}

package io.pitlane.training.quantization;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * Makes a fake quantization differentiable by the straight-through estimator (Bengio et al.,
 * arXiv:1308.3432; for quantization Jacob et al., arXiv:1712.05877): the gradient is 1 inside the
 * range and 0 where values saturate. A learned step gets the gradient of Esser et al., "Learned
 * Step Size Quantization" (ICLR 2020, equation 3): {@code round(x / step) - x / step} inside the
 * range, and the integer where values saturate.
 *
 * <pre>
 * bounded = min(max(x, lowest), highest)          lowest and highest are multiples of the step
 * y = bounded + step * stopGradient((quantized(bounded) - bounded) / step)
 * </pre>
 */
final class StraightThrough {
    /** Below this share of its initial value, a step does not become smaller. */
    private static final double SMALLEST_STEP = 0.01;

    private final FlatGraph graph;
    private final GraphEditor editor;
    private final NodeDef node;
    private final Quantization quantization;
    private final SubgraphBuilder nodes;

    /** For a fake quantization of this graph. */
    StraightThrough(FlatGraph graph, GraphEditor editor, NodeDef node, Quantization quantization) {
        this.graph = graph;
        this.editor = editor;
        this.node = node;
        this.quantization = quantization;
        this.nodes = new SubgraphBuilder(editor, node.getName());
    }

    /** The tensor of the quantized values, before gradients are estimated. */
    static TensorRef quantized(String fakeQuantization) {
        return TensorRef.of(fakeQuantization + "/quantized");
    }

    /** The tensor of the limits, one or one a channel. */
    static TensorRef limits(String fakeQuantization) {
        return TensorRef.of(fakeQuantization + "/limits");
    }

    /**
     * Replaces the node.
     *
     * @param relativeStep a scalar or a vector of one a channel that multiplies the steps; empty
     *     where the steps stay
     */
    void replace(Optional<String> relativeStep) {
        var initial = nodes.constant("initial_limits", limitsTensor());
        var limits =
                relativeStep.map(
                        relative ->
                                nodes.binary("Mul", "limits", initial, atLeastSmallest(relative)));
        var steps =
                nodes.binary(
                        "Mul",
                        "steps",
                        limits.orElse(initial),
                        nodes.constant("steps/share", 1.0 / quantization.highest()));
        var lowest = limits.map(l -> end("lowest", l, quantization.lowest()));
        var highest = limits.map(l -> end("highest", l, quantization.highest()));
        var min = lowest.orElse(node.getInput(1));
        var max = highest.orElse(node.getInput(2));
        var raised = nodes.binary("Maximum", "raised", node.getInput(0), perChannel("min_of", min));
        var clipped = nodes.binary("Minimum", "clipped", raised, perChannel("max_of", max));
        var axis = PairBound.axis(graph, node, quantization);
        var bounded =
                axis.isPresent()
                        ? PairBound.add(nodes, clipped, weightShape(), axis.getAsInt(), steps)
                        : clipped;
        var quantized = quantized(node.getName()).node();
        editor.put(
                node.toBuilder()
                        .setName(quantized)
                        .setInput(0, bounded)
                        .setInput(1, min)
                        .setInput(2, max)
                        .build());
        var rounding = nodes.binary("Sub", "rounding", quantized, bounded);
        estimate(bounded, rounding, relativeStep.map(learned -> steps));
    }

    private void estimate(String bounded, String rounding, Optional<String> learnedSteps) {
        var change =
                learnedSteps
                        .map(steps -> proportional(rounding, perChannel("step_of", steps)))
                        .orElseGet(() -> nodes.unary("StopGradient", "stopped", rounding));
        editor.put(
                NodeBuilder.of("AddV2", node.getName())
                        .input(bounded)
                        .input(change)
                        .type("T", DT_FLOAT)
                        .build());
    }

    /** The rounding as a constant multiple of the step. */
    private String proportional(String rounding, String step) {
        var multiple = nodes.binary("RealDiv", "multiple", rounding, step);
        var constant = nodes.unary("StopGradient", "stopped", multiple);
        return nodes.binary("Mul", "change", step, constant);
    }

    private FloatTensor limitsTensor() {
        var limits = quantization.limits();
        return quantization.isPerChannel()
                ? new FloatTensor(limits, limits.length)
                : new FloatTensor(limits);
    }

    private String atLeastSmallest(String relative) {
        return nodes.binary(
                "Maximum",
                "relative_step/bounded",
                relative,
                nodes.constant("smallest", SMALLEST_STEP));
    }

    /** What an integer stands for. */
    private String end(String name, String limits, int integer) {
        double share = (double) (integer - quantization.zeroPoint()) / quantization.highest();
        return nodes.binary("Mul", name, limits, nodes.constant(name + "/share", share));
    }

    /** A vector of one value a channel in a shape that is broadcast to the tensor's. */
    private String perChannel(String name, String vector) {
        if (!quantization.isPerChannel()) {
            return vector;
        }
        var shape =
                IntStream.range(quantization.axis(), weightShape().length).map(i -> 1).toArray();
        shape[0] = quantization.limits().length;
        return nodes.reshape(name, vector, shape);
    }

    /** One limit a channel is for weights, which are constant. */
    private long[] weightShape() {
        return FloatTensor.of(graph.input(node, 0)).shape();
    }
}

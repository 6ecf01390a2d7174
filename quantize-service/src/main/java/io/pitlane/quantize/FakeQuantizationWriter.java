package io.pitlane.quantize;

import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.GridOperations;
import io.pitlane.graph.quantization.Quantization;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Writes the quantized graph: the float graph with a fake quantization behind every tensor that a
 * {@link QuantizationPlan} names, and rounded weights.
 *
 * <p>Every consumer of a layer's or a sum's output reads the quantized values. A tensor that is
 * computed in float is quantized for the int8 layers that read it only.
 */
final class FakeQuantizationWriter {
    private static final String SUFFIX = "/fake_quantization";

    private final FlatGraph graph;
    private final QuantizationPlan plan;
    private final Map<TensorRef, Range> ranges;
    private final ActivationQuantization activations;
    private final KernelQuantization kernels;
    private final GraphEditor editor;
    private final Map<TensorRef, Quantization> grids = new HashMap<>();
    private final Map<TensorRef, TensorRef> quantizedInputs = new HashMap<>();
    private final Set<String> quantizedKernels = new HashSet<>();

    private FakeQuantizationWriter(
            FlatGraph graph,
            QuantizationPlan plan,
            Map<TensorRef, Range> ranges,
            QuantizeStep options) {
        this.graph = graph;
        this.plan = plan;
        this.ranges = ranges;
        this.activations = new ActivationQuantization(options.activations());
        this.kernels = new KernelQuantization(options.weights());
        this.editor = graph.edit();
    }

    /**
     * The quantized graph.
     *
     * @param ranges of the plan's tensors
     * @param options how tensors of a range are quantized
     */
    static FlatGraph write(
            FlatGraph graph,
            QuantizationPlan plan,
            Map<TensorRef, Range> ranges,
            QuantizeStep options) {
        return new FakeQuantizationWriter(graph, plan, ranges, options).write();
    }

    private FlatGraph write() {
        for (var node : graph.nodes()) {
            plan.layerEndingAt(node).ifPresent(this::layer);
            plan.sumEndingAt(node)
                    .ifPresent(sum -> output(sum.output(), of(sum.activation(), sum.output())));
            if (GridOperations.contains(node)) {
                keepGrid(node);
            }
        }
        return editor.build();
    }

    private void layer(FusedLayer layer) {
        if (!plan.isOnGrid(layer.input())) {
            var quantized = quantizedInputs.computeIfAbsent(layer.input(), this::input);
            editor.setInput(layer.name(), layer.featureSlot(), quantized);
        }
        kernel(layer);
        if (plan.hasQuantizedOutput(layer)) {
            output(layer.output(), of(layer.activation(), layer.output()));
        }
    }

    private TensorRef input(TensorRef tensor) {
        var quantization = activations.of(ranges.get(tensor), plan.hasInt16(tensor));
        return FakeQuantization.add(editor, name(tensor), tensor, quantization);
    }

    private void kernel(FusedLayer layer) {
        var weights = kernels.of(layer);
        var name = layer.kernel().node();
        if (graph.uses(name).size() > 1 || !quantizedKernels.add(name)) {
            name = editor.freshName(layer.name() + "/weights");
        }
        editor.put(weights.rounded().toConst(name));
        var quantized =
                FakeQuantization.add(
                        editor,
                        editor.freshName(name + SUFFIX),
                        TensorRef.of(name),
                        weights.quantization());
        editor.setInput(layer.name(), 1, quantized);
    }

    /** What is never negative needs no zero point, and neither does what no int8 layer reads. */
    private Quantization of(FusedActivation activation, TensorRef tensor) {
        var range = ranges.get(tensor);
        boolean int16 = plan.hasInt16(tensor);
        if (activation.nonNegative()) {
            return activations.of(activation, range, int16);
        }
        return plan.isRead(tensor) || int16
                ? activations.of(range, int16)
                : activations.signed(range.magnitude());
    }

    private void output(TensorRef tensor, Quantization quantization) {
        var name = name(tensor);
        editor.redirect(tensor, TensorRef.of(name));
        FakeQuantization.add(editor, name, tensor, quantization);
        grids.put(tensor, quantization);
    }

    private void keepGrid(NodeDef node) {
        var quantization = grids.get(TensorRef.parse(node.getInput(0)));
        var tensor = TensorRef.of(node.getName());
        if (quantization == null) {
            return;
        }
        if (GridOperations.rounds(node)) {
            output(tensor, quantization);
        } else {
            grids.put(tensor, quantization);
        }
    }

    private String name(TensorRef tensor) {
        var suffix = tensor.index() == 0 ? SUFFIX : "/" + tensor.index() + SUFFIX;
        return editor.freshName(tensor.node() + suffix);
    }
}

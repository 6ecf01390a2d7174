package io.pitlane.quantize;

import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.TensorRef;
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
 * <p>Every consumer of a layer's or an operation's output reads the quantized values. A tensor that
 * is computed in float is quantized only for the int8 layers and the operations that read it.
 */
final class FakeQuantizationWriter {
    private static final String SUFFIX = "/fake_quantization";

    private final FlatGraph graph;
    private final QuantizationPlan plan;
    private final Map<TensorRef, Quantization> grids;
    private final KernelQuantization kernels;
    private final GraphEditor editor;
    private final Map<TensorRef, TensorRef> quantizedInputs = new HashMap<>();
    private final Set<String> quantizedKernels = new HashSet<>();

    private FakeQuantizationWriter(
            FlatGraph graph,
            QuantizationPlan plan,
            Map<TensorRef, Range> ranges,
            QuantizeStep options,
            TrainedKernels trained) {
        this.graph = graph;
        this.plan = plan;
        this.grids = ActivationGrids.of(graph, plan, ranges, new ActivationQuantization(options));
        this.kernels = new KernelQuantization(options, trained);
        this.editor = graph.edit();
    }

    /**
     * The quantized graph.
     *
     * @param ranges of the plan's tensors
     * @param options how tensors of a range are quantized
     * @param trained kernels that have integers already
     */
    static FlatGraph write(
            FlatGraph graph,
            QuantizationPlan plan,
            Map<TensorRef, Range> ranges,
            QuantizeStep options,
            TrainedKernels trained) {
        return new FakeQuantizationWriter(graph, plan, ranges, options, trained).write();
    }

    private FlatGraph write() {
        for (var node : graph.nodes()) {
            plan.layerEndingAt(node).ifPresent(this::layer);
            plan.operationEndingAt(node).ifPresent(this::operation);
            if (GridOperations.contains(node)) {
                keepGrid(node);
            }
        }
        return editor.build();
    }

    private void layer(FusedLayer layer) {
        input(layer.name(), layer.featureSlot(), layer.input());
        kernel(layer);
        if (plan.hasQuantizedOutput(layer)) {
            output(layer.output());
        }
    }

    private void operation(QuantizedOperation operation) {
        var node = operation.node();
        for (int slot = 0; slot < node.getInputCount(); slot++) {
            var tensor = TensorRef.parse(node.getInput(slot));
            if (operation.inputs().contains(tensor)) {
                input(node.getName(), slot, tensor);
            }
        }
        output(operation.output());
    }

    /** Quantizes an input that the graph computes in float. */
    private void input(String node, int slot, TensorRef tensor) {
        if (!plan.isOnGrid(tensor)) {
            editor.setInput(
                    node, slot, quantizedInputs.computeIfAbsent(tensor, this::quantizedInput));
        }
    }

    private TensorRef quantizedInput(TensorRef tensor) {
        return FakeQuantization.add(editor, name(tensor), tensor, grids.get(tensor));
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

    private void output(TensorRef tensor) {
        var name = name(tensor);
        editor.redirect(tensor, TensorRef.of(name));
        FakeQuantization.add(editor, name, tensor, grids.get(tensor));
    }

    private void keepGrid(NodeDef node) {
        var quantization = grids.get(TensorRef.parse(node.getInput(0)));
        if (quantization == null || !plan.isOnGrid(TensorRef.parse(node.getInput(0)))) {
            return;
        }
        var tensor = TensorRef.of(node.getName());
        grids.put(tensor, quantization);
        if (GridOperations.rounds(node)) {
            output(tensor);
        }
    }

    private String name(TensorRef tensor) {
        var suffix = tensor.index() == 0 ? SUFFIX : "/" + tensor.index() + SUFFIX;
        return editor.freshName(tensor.node() + suffix);
    }
}

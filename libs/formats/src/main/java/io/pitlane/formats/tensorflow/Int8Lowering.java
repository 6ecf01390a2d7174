package io.pitlane.formats.tensorflow;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.quantization.GridOperations;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * Rewrites a quantized graph for int8 kernels, in the graph's order:
 *
 * <ol>
 *   <li>A layer whose input and weights are quantized becomes an int8 kernel where TensorFlow has
 *       one ({@link KernelSelection}). Its inputs are the bytes of the layer before, or are
 *       quantized first.
 *   <li>An operation that only moves or pools values works on bytes where its input is in int8.
 *   <li>Everything else works on floats under the old names.
 * </ol>
 *
 * <p>Products and their sums are exact on processors with and without VNNI: the kernels get
 * unsigned bytes only, for oneDNN halves the weights of signed ones. Results differ between
 * processors by the rounding of the last step at most. The exception are convolutions of one input
 * channel on processors with AVX-512 but without VNNI, where oneDNN adds products of other weights
 * in 16 bits.
 */
final class Int8Lowering {
    private final FlatGraph graph;
    private final QuantizedGraph quantized;
    private final KernelSelection selection;
    private final GraphEditor editor;
    private final QuantizationBoundaries boundaries;
    private final ZeroPointPadding padding;

    private Int8Lowering(QuantizedGraph quantized) {
        this.graph = quantized.floats();
        this.editor = graph.edit();
        var shapes = InferredShapes.of(graph);
        this.padding = new ZeroPointPadding(editor, shapes);
        this.selection = new KernelSelection(quantized, shapes);
        var sums = new ResidualAddFusion(graph, shapes);
        selection.from(
                FusedLayerFinder.find(
                                graph,
                                shapes,
                                (product, end, sum) -> summand(sums, product, end, sum))
                        .found());
        this.quantized = withUnsignedInputs(quantized);
        this.boundaries = new QuantizationBoundaries(editor, this.quantized);
    }

    /**
     * Shifts the signed bytes of the layers' inputs, and of what they are pooled and moved from.
     */
    private QuantizedGraph withUnsignedInputs(QuantizedGraph quantized) {
        var quantizations = new HashMap<>(quantized.quantizations());
        selection.layers().forEach(layer -> makeUnsigned(layer.input(), quantizations));
        return new QuantizedGraph(graph, quantizations);
    }

    private void makeUnsigned(TensorRef tensor, Map<TensorRef, Quantization> quantizations) {
        quantizations.computeIfPresent(tensor, (key, known) -> ActivationScale.unsigned(known));
        var node = graph.node(tensor.node());
        if (GridOperations.contains(node)) {
            makeUnsigned(TensorRef.parse(node.getInput(0)), quantizations);
        }
    }

    /** Rewrites a graph; the signature stays the same. */
    static FlatGraph lower(QuantizedGraph quantized) {
        return new Int8Lowering(quantized).lower();
    }

    /** A sum is fused where its activation's output, at which the kernel rounds, is quantized. */
    private Optional<TensorRef> summand(
            ResidualAddFusion sums, NodeDef product, NodeDef end, NodeDef sum) {
        return graph.onlyConsumer(sum.getName())
                .map(activation -> TensorRef.of(activation.getName()))
                .filter(selection::isQuantized)
                .filter(output -> selection.hasKernel(product))
                .flatMap(output -> sums.summand(product, end, sum))
                .filter(selection::isOnGrid);
    }

    private FlatGraph lower() {
        for (var node : graph.nodes()) {
            var layer = selection.endingAt(node);
            if (layer.isPresent()) {
                write(layer.get());
            } else if (GridOperations.contains(node)) {
                passThrough(node);
            }
        }
        return editor.build();
    }

    private void write(FusedLayer layer) {
        var output = layer.output();
        if (layer.convolution()) {
            var writer = new Int8ConvolutionWriter(editor, boundaries, padding);
            boundaries.replace(output, writer.write(layer, scale(output)));
        } else if (selection.isQuantized(output)) {
            var writer = new Int8DenseWriter(editor, boundaries);
            boundaries.replace(output, writer.writeInt8(layer, scale(output)));
        } else {
            new Int8DenseWriter(editor, boundaries).writeFloat(layer);
        }
    }

    private ActivationScale scale(TensorRef tensor) {
        return new ActivationScale(quantized.of(tensor).orElseThrow());
    }

    private void passThrough(NodeDef node) {
        var writer = new QuantizedPassThrough(editor, padding);
        boundaries
                .produced(TensorRef.parse(node.getInput(0)))
                .ifPresent(
                        bytes ->
                                boundaries.replace(
                                        TensorRef.of(node.getName()), writer.write(node, bytes)));
    }
}

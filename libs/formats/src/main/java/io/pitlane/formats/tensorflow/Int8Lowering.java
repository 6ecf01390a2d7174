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
 *   <li>A layer whose input and weights are quantized becomes an int8 kernel. Its inputs are the
 *       bytes of the layer before, or are quantized first.
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
    private final Map<TensorRef, Quantization> quantizations;
    private final Map<String, FusedLayer> layersByEnd = new HashMap<>();
    private final GraphEditor editor;
    private final QuantizationBoundaries boundaries;
    private final ZeroPointPadding padding;

    private Int8Lowering(QuantizedGraph quantized) {
        this.graph = quantized.floats();
        this.quantizations = new HashMap<>(quantized.quantizations());
        this.editor = graph.edit();
        this.boundaries = new QuantizationBoundaries(editor, quantizations);
        var shapes = InferredShapes.of(graph);
        this.padding = new ZeroPointPadding(editor, shapes);
        var sums = new ResidualAddFusion(graph, shapes);
        FusedLayerFinder.find(
                        graph, shapes, (product, end, sum) -> summand(sums, product, end, sum))
                .found()
                .forEach(layer -> layersByEnd.put(layer.output().node(), layer));
        layersByEnd.values().forEach(layer -> makeUnsigned(layer.input()));
    }

    /** Shifts the signed bytes of a layer's input, and of what it is pooled and moved from. */
    private void makeUnsigned(TensorRef tensor) {
        quantizations.computeIfPresent(tensor, (key, known) -> ActivationScale.unsigned(known));
        var node = graph.node(tensor.node());
        if (GridOperations.contains(node)) {
            makeUnsigned(TensorRef.parse(node.getInput(0)));
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
                .filter(this::isQuantized)
                .flatMap(output -> sums.summand(product, end, sum));
    }

    private boolean isQuantized(TensorRef tensor) {
        var quantization = quantizations.get(tensor);
        return quantization != null && ActivationScale.supports(quantization);
    }

    private FlatGraph lower() {
        for (var node : graph.nodes()) {
            var layer = layersByEnd.get(node.getName());
            if (layer != null) {
                if (isInt8(layer)) {
                    write(layer);
                }
            } else if (GridOperations.contains(node)) {
                passThrough(node);
            }
        }
        return editor.build();
    }

    private boolean isInt8(FusedLayer layer) {
        var weights = quantizations.get(layer.kernel());
        return weights != null
                && Int8Weights.supports(weights, layer.outputAxis())
                && boundaries.has(layer.input())
                && layer.summand().map(boundaries::has).orElse(true)
                && (!layer.convolution() || isQuantized(layer.output()));
    }

    private void write(FusedLayer layer) {
        var output = layer.output();
        if (layer.convolution()) {
            var writer = new Int8ConvolutionWriter(editor, boundaries, padding);
            boundaries.replace(output, writer.write(layer, scale(output)));
        } else if (isQuantized(output)) {
            var writer = new Int8DenseWriter(editor, boundaries);
            boundaries.replace(output, writer.writeInt8(layer, scale(output)));
        } else {
            new Int8DenseWriter(editor, boundaries).writeFloat(layer);
        }
    }

    private ActivationScale scale(TensorRef tensor) {
        return new ActivationScale(quantizations.get(tensor));
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

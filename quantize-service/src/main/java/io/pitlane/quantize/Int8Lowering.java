package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * Rewrites a float graph for int8 kernels, in the graph's order:
 *
 * <ol>
 *   <li>A fused layer becomes an int8 kernel. Its inputs are the bytes of the layer before, or are
 *       quantized first.
 *   <li>An operation that only moves or pools values works on bytes where its input is in int8.
 *   <li>Everything else stays as it is and reads floats under the old names.
 * </ol>
 *
 * Float weights without a remaining consumer are dropped.
 */
final class Int8Lowering {
    private final FlatGraph graph;
    private final Map<TensorRef, Range> ranges;
    private final Map<String, FusedLayer> layersByEnd;
    private final Map<TensorRef, List<FusedLayer>> layersByInput;
    private final Int8Readers readers;
    private final GraphEditor editor;
    private final QuantizationBoundaries boundaries;
    private final ZeroPointPadding padding;

    /**
     * A rewriting of {@code graph}.
     *
     * @param ranges the ranges of every layer's input, summand and output
     */
    Int8Lowering(FlatGraph graph, List<FusedLayer> layers, Map<TensorRef, Range> ranges) {
        this.graph = graph;
        this.ranges = ranges;
        this.layersByEnd =
                layers.stream()
                        .collect(Collectors.toMap(l -> l.output().node(), Function.identity()));
        this.layersByInput = layers.stream().collect(Collectors.groupingBy(FusedLayer::input));
        this.readers = new Int8Readers(graph, layers);
        this.editor = graph.edit();
        this.boundaries = new QuantizationBoundaries(editor, ranges);
        this.padding = new ZeroPointPadding(editor, InferredShapes.of(graph));
    }

    /** Rewrites the graph; the signature stays the same. */
    FlatGraph lower() {
        for (var node : graph.nodes()) {
            var layer = layersByEnd.get(node.getName());
            if (layer != null) {
                write(layer);
            } else if (QuantizedPassThrough.supports(node)) {
                passThrough(node);
            }
        }
        return editor.build();
    }

    private void write(FusedLayer layer) {
        var output = layer.output();
        boolean isRead = readers.read(output);
        if (layer.convolution()) {
            var writer = new Int8ConvolutionWriter(editor, boundaries, padding);
            boundaries.replace(output, writer.write(layer, scale(layer, isRead)));
        } else if (feedsInt8Only(output)) {
            var writer = new Int8DenseWriter(editor, boundaries);
            boundaries.replace(output, writer.writeInt8(layer, scale(layer, isRead)));
        } else {
            new Int8DenseWriter(editor, boundaries).writeFloat(layer);
        }
    }

    /** Only unsigned bytes are exact as inputs of kernels; signed ones need no zero point. */
    private ActivationScale scale(FusedLayer layer, boolean isReadAsInt8) {
        var range = ranges.get(layer.output());
        var activation = layer.activation();
        if (activation.nonNegative()) {
            return ActivationScale.unsigned(Math.min(range.magnitude(), activation.ceiling()));
        }
        return isReadAsInt8 ? ActivationScale.of(range) : ActivationScale.signed(range.magnitude());
    }

    private boolean feedsInt8Only(TensorRef tensor) {
        int int8Uses = layersByInput.getOrDefault(tensor, List.of()).size();
        return !graph.isOutput(tensor.node()) && int8Uses == graph.uses(tensor.node()).size();
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

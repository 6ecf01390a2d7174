package io.pitlane.formats.tensorflow;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * Selects the layers of a quantized graph that become int8 kernels of TensorFlow. Others are
 * computed in float, from their rounded weights:
 *
 * <ul>
 *   <li>layers that oneDNN has no int8 kernel for: transposed and grouped convolutions, and those
 *       of volumes
 *   <li>depthwise convolutions of several outputs a channel, whose int8 kernel is slower than the
 *       float one
 *   <li>depthwise convolutions without an int8 kernel before or behind them. Theirs is about as
 *       fast as the float one; what it gains are the conversions between float and int8 beside it,
 *       which would be added there
 * </ul>
 */
final class KernelSelection {
    private static final int IMAGE_RANK = 4;

    private final FlatGraph graph;
    private final QuantizedGraph quantized;
    private final InferredShapes shapes;
    private final Map<String, FusedLayer> byEnd = new HashMap<>();

    private KernelSelection(QuantizedGraph quantized, InferredShapes shapes) {
        this.graph = quantized.floats();
        this.quantized = quantized;
        this.shapes = shapes;
    }

    /**
     * Selects from the layers of a graph.
     *
     * @param shapes of the graph without fake quantization
     */
    static KernelSelection of(QuantizedGraph quantized, InferredShapes shapes) {
        var selection = new KernelSelection(quantized, shapes);
        var sums = new ResidualAddFusion(quantized.floats(), shapes);
        selection.select(
                FusedLayerFinder.find(
                                quantized.floats(),
                                shapes,
                                (product, end, sum) -> selection.summand(sums, product, end, sum))
                        .found());
        return selection;
    }

    /** A sum is fused where its activation's output, at which the kernel rounds, is quantized. */
    private Optional<TensorRef> summand(
            ResidualAddFusion sums, NodeDef product, NodeDef end, NodeDef sum) {
        return graph.onlyConsumer(sum.getName())
                .map(activation -> TensorRef.of(activation.getName()))
                .filter(this::isQuantized)
                .filter(output -> hasKernel(product))
                .flatMap(output -> sums.summand(product, end, sum))
                .filter(this::isOnGrid);
    }

    private void select(Collection<FusedLayer> layers) {
        layers.stream()
                .filter(layer -> hasKernel(layer.product()))
                .filter(this::isQuantized)
                .forEach(layer -> byEnd.put(layer.output().node(), layer));
        for (var found = isolated(); !found.isEmpty(); found = isolated()) {
            found.forEach(layer -> byEnd.remove(layer.output().node()));
        }
    }

    /** The selected layers. */
    Collection<FusedLayer> layers() {
        return List.copyOf(byEnd.values());
    }

    /** The selected layer that ends at a node. */
    Optional<FusedLayer> endingAt(NodeDef node) {
        return Optional.ofNullable(byEnd.get(node.getName()));
    }

    /** Whether TensorFlow has an int8 kernel for a layer that is faster than the float one. */
    private boolean hasKernel(NodeDef product) {
        var operation = Operations.of(product);
        if (!operation.isConvolution()) {
            return true;
        }
        var kernel = shapes.of(TensorRef.parse(product.getInput(1)));
        return operation.isDepthwise()
                ? kernel.get(3) == 1
                : !operation.isTransposedConvolution()
                        && kernel.numDimensions() == IMAGE_RANK
                        && kernel.get(2) == shapes.of(TensorRef.parse(product.getInput(0))).get(3);
    }

    private boolean isQuantized(FusedLayer layer) {
        var weights = quantized.of(layer.kernel());
        return weights.isPresent()
                && Int8Weights.supports(weights.get(), layer.outputAxis())
                && isOnGrid(layer.input())
                && layer.summand().map(this::isOnGrid).orElse(true)
                && (!layer.convolution() || isQuantized(layer.output()));
    }

    /** Whether bytes can stand for the values of a tensor. */
    private boolean isOnGrid(TensorRef tensor) {
        return isSupported(quantized.grid(tensor));
    }

    /** Whether a tensor is rounded to bytes. */
    boolean isQuantized(TensorRef tensor) {
        return isSupported(quantized.of(tensor));
    }

    private static boolean isSupported(Optional<Quantization> quantization) {
        return quantization.filter(ActivationScale::supports).isPresent();
    }

    private List<FusedLayer> isolated() {
        var found = new ArrayList<FusedLayer>();
        for (var layer : byEnd.values()) {
            if (layer.depthwise() && !isRead(layer.output()) && !isProduced(layer.input())) {
                found.add(layer);
            }
        }
        return found;
    }

    /** Whether a kernel or an operation on bytes gives a tensor. */
    private boolean isProduced(TensorRef tensor) {
        var layer = byEnd.get(tensor.node());
        var producer = graph.node(tensor.node());
        return layer != null
                ? isQuantized(layer.output())
                : QuantizedPassThrough.supports(producer)
                                && isProduced(TensorRef.parse(producer.getInput(0)))
                        || joinsBytes(producer);
    }

    /**
     * Whether a concatenation joins bytes: its parts have its quantization, and all of them are in
     * int8, or some are and a kernel reads the result.
     */
    boolean joinsBytes(NodeDef node) {
        var tensor = TensorRef.of(node.getName());
        return node.getOp().equals("ConcatV2")
                && isQuantized(tensor)
                && parts(node).stream()
                        .allMatch(part -> quantized.grid(part).equals(quantized.of(tensor)))
                && parts(node).stream().anyMatch(this::isProduced)
                && (parts(node).stream().allMatch(this::isProduced) || isRead(tensor));
    }

    /** What a concatenation joins. */
    static List<TensorRef> parts(NodeDef concatenation) {
        return concatenation.getInputList().stream()
                .limit(concatenation.getInputCount() - 1L)
                .map(TensorRef::parse)
                .toList();
    }

    /** Whether a kernel reads a tensor, directly or pooled and moved. */
    private boolean isRead(TensorRef tensor) {
        return byEnd.values().stream().anyMatch(layer -> reads(layer, tensor))
                || graph.uses(tensor).stream()
                        .map(FlatGraph.Use::consumer)
                        .filter(node -> QuantizedPassThrough.supports(node) || joinsBytes(node))
                        .anyMatch(moved -> isRead(TensorRef.of(moved.getName())));
    }

    private static boolean reads(FusedLayer layer, TensorRef tensor) {
        return layer.input().equals(tensor) || layer.summand().filter(tensor::equals).isPresent();
    }
}

package io.pitlane.graph.footprint;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;

/**
 * The size of a model, and the computation for one image.
 *
 * @param parameters number of weights, with biases and batch norm statistics, without shapes,
 *     scalars and quantization ranges
 * @param nonZeroParameters number of weights other than 0
 * @param macs multiply-accumulate operations of convolutions and dense layers for one image
 * @param format {@code int8} when some weights are, else {@code float32}
 * @param layers the nodes that have weights or MACs, in topological order
 */
public record Footprint(
        long parameters,
        long nonZeroParameters,
        long macs,
        String format,
        List<LayerFootprint> layers) {

    public Footprint {
        layers = List.copyOf(layers);
    }

    /** Measures a graph; layers whose size depends on an image of any size have no MACs. */
    public static Footprint of(FlatGraph graph) {
        return of(graph, Map.of());
    }

    /**
     * Measures a graph for inputs of given sizes.
     *
     * @param sizes dimensions by the names of inputs that take any size, one image a batch
     */
    public static Footprint of(FlatGraph graph, Map<String, long[]> sizes) {
        var apart = QuantizedGraph.of(graph);
        return of(apart, sizes);
    }

    private static Footprint of(QuantizedGraph apart, Map<String, long[]> sizes) {
        var graph = apart.floats();
        var oneImage = OneImage.of(graph, sizes);
        var shapes = InferredShapes.of(oneImage.graph());
        var counted = new HashSet<String>();
        var layers = new ArrayList<LayerFootprint>();
        long nonZero = 0;
        boolean quantized = apart.isQuantized();
        for (var node : graph.nodes()) {
            var all = ModelParameters.of(graph, node).toList();
            var weights = all.stream().filter(w -> counted.add(w.getName())).toList();
            long macs = Macs.of(node, shapes) / oneImage.images();
            long parameters = weights.stream().mapToLong(ModelParameters::count).sum();
            long nonZeroHere = weights.stream().mapToLong(ModelParameters::countNonZero).sum();
            nonZero += nonZeroHere;
            quantized |= weights.stream().anyMatch(ModelParameters::isQuantized);
            if (parameters > 0 || macs > 0) {
                layers.add(
                        new LayerFootprint(
                                node.getName(),
                                node.getOp(),
                                dimensions(shapes.of(node.getName())),
                                parameters,
                                nonZeroHere,
                                bits(apart, all),
                                macs));
            }
        }
        return new Footprint(
                layers.stream().mapToLong(LayerFootprint::parameters).sum(),
                nonZero,
                layers.stream().mapToLong(LayerFootprint::macs).sum(),
                quantized ? "int8" : "float32",
                layers);
    }

    /** Of the kernel: the bias of a layer of integers is a float. */
    private static int bits(QuantizedGraph apart, List<NodeDef> weights) {
        return weights.stream()
                .max(Comparator.comparingLong(ModelParameters::count))
                .map(
                        kernel ->
                                apart.of(TensorRef.of(kernel.getName()))
                                        .map(Quantization::bits)
                                        .orElseGet(() -> ModelParameters.bits(kernel)))
                .orElse(0);
    }

    private static List<Long> dimensions(Shape shape) {
        return shape.isUnknown() ? List.of() : LongStream.of(shape.asArray()).boxed().toList();
    }
}

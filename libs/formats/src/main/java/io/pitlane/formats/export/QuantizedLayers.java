package io.pitlane.formats.export;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import java.util.List;
import java.util.Optional;

/**
 * The layers of a quantized graph whose input and weights are integers of 8 bits, and whose output
 * is rounded to 8 bits or not at all.
 */
public final class QuantizedLayers {
    private final QuantizedGraph quantized;
    private final List<FusedLayer> layers;

    private QuantizedLayers(QuantizedGraph quantized) {
        this.quantized = quantized;
        this.layers =
                FusedLayerFinder.find(
                                quantized.floats(),
                                InferredShapes.of(quantized.floats()),
                                FusedLayerFinder.SumFusion.NONE)
                        .found()
                        .stream()
                        .filter(layer -> isInt8(quantized.of(layer.kernel())))
                        .filter(layer -> isInt8(quantized.grid(layer.input())))
                        .filter(
                                layer ->
                                        quantized.of(layer.output()).isEmpty()
                                                || hasInt8Output(layer))
                        .toList();
    }

    /** Finds the layers of a graph. */
    public static QuantizedLayers of(FlatGraph graph) {
        return new QuantizedLayers(QuantizedGraph.of(graph));
    }

    /** The layers, in the graph's order. */
    public List<FusedLayer> layers() {
        return layers;
    }

    /** Whether the output of a layer is rounded to 8 bits. */
    public boolean hasInt8Output(FusedLayer layer) {
        return isInt8(quantized.of(layer.output()));
    }

    private static boolean isInt8(Optional<Quantization> quantization) {
        return quantization.filter(q -> q.bits() == Byte.SIZE).isPresent();
    }
}

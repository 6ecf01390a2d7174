package io.pitlane.quantize.correction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rounding shifts the mean of a layer's output channels; their biases are changed by as much (Nagel
 * et al., Data-Free Quantization Through Weight Equalization and Bias Correction, ICCV 2019,
 * section 4.2).
 */
final class BiasCorrection {
    private final FlatGraph floats;
    private final List<FusedLayer> layers;
    private final Iterable<FloatTensor> batches;
    private final InputSpec input;

    /**
     * A correction.
     *
     * @param floats the float graph, batch norm folded
     * @param layers its quantized layers, in its order
     * @param batches images, as the model takes them
     */
    BiasCorrection(
            FlatGraph floats,
            List<FusedLayer> layers,
            Iterable<FloatTensor> batches,
            InputSpec input) {
        this.floats = floats;
        this.layers = layers;
        this.batches = batches;
        this.input = input;
    }

    /**
     * By the measured means of each layer's product in both graphs, the layers before it being
     * quantized and corrected (appendix D of the paper).
     */
    FlatGraph empirical(FlatGraph quantized) {
        var ranks = new LinkedHashMap<TensorRef, Integer>();
        layers.forEach(layer -> ranks.put(product(layer), rank(layer)));
        var expected = new ChannelReduction(floats, input).means(ranks, batches);
        var corrected = quantized;
        for (var layer : layers) {
            var actual =
                    new ChannelReduction(corrected, input)
                            .means(Map.of(product(layer), rank(layer)), batches)
                            .get(product(layer));
            corrected =
                    LayerBias.shifted(
                            corrected,
                            layer.name(),
                            difference(expected.get(product(layer)), actual));
        }
        return corrected;
    }

    /**
     * By the mean of each layer's input and the rounding errors of its weights, {@code E[y'] - E[y]
     * = error * E[x]} (section 4.2.1): the mean follows from batch norm and the activation before
     * the layer, and is measured in the float graph where there are none. At the border of a padded
     * image the input is taken to have the mean, too.
     *
     * @param statistics of the graph before its batch norm was folded
     */
    FlatGraph analytic(FlatGraph quantized, BatchNormStatistics statistics) {
        var means = new HashMap<TensorRef, double[]>();
        layers.forEach(
                layer -> statistics.means(layer).ifPresent(m -> means.put(layer.output(), m)));
        var unknown = new LinkedHashMap<TensorRef, Integer>();
        layers.stream()
                .filter(layer -> !means.containsKey(layer.input()))
                .forEach(layer -> unknown.put(layer.input(), rank(layer)));
        if (!unknown.isEmpty()) {
            means.putAll(new ChannelReduction(floats, input).means(unknown, batches));
        }
        var corrected = quantized;
        for (var layer : layers) {
            var shift = meanError(quantized, layer, means.get(layer.input()));
            corrected = LayerBias.shifted(corrected, layer.name(), shift);
        }
        return corrected;
    }

    private static double[] meanError(FlatGraph quantized, FusedLayer layer, double[] inputMeans) {
        var channels = KernelChannels.of(layer);
        var weights = layer.weights().values();
        var rounded = QuantizedKernel.of(quantized, layer.name()).rounded().values();
        var shift = new double[channels.outputs()];
        for (int i = 0; i < weights.length; i++) {
            shift[channels.output(i)] +=
                    ((double) weights[i] - rounded[i]) * inputMeans[channels.input(i)];
        }
        return shift;
    }

    private static double[] difference(double[] expected, double[] actual) {
        var difference = expected.clone();
        for (int channel = 0; channel < difference.length; channel++) {
            difference[channel] -= actual[channel];
        }
        return difference;
    }

    private static TensorRef product(FusedLayer layer) {
        return TensorRef.of(layer.name());
    }

    /** Dimensions of the layer's input and product. */
    private static int rank(FusedLayer layer) {
        return layer.convolution() ? layer.weights().rank() : 2;
    }
}

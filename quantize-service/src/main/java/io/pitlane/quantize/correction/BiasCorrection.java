package io.pitlane.quantize.correction;

import io.pitlane.analysis.reconstruction.ModelPasses;
import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.pipeline.stage.ProgressListener;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/**
 * Rounding shifts the mean of a layer's output channels; their biases are changed by as much (Nagel
 * et al., Data-Free Quantization Through Weight Equalization and Bias Correction, ICCV 2019,
 * section 4.2).
 */
final class BiasCorrection {
    /** A channel whose values pass the activation more rarely stays as it is. */
    private static final double LEAST_PASSED = 0.01;

    /** Steps of Newton's method behind an activation; before one, the first is exact. */
    private static final int STEPS = 2;

    private final FlatGraph floats;
    private final List<FusedLayer> layers;
    private final ModelPasses passes;
    private final ProgressListener progress;

    /**
     * A correction.
     *
     * @param floats the float graph, batch norm folded
     * @param layers its quantized layers
     * @param passes of the images, from the start
     */
    BiasCorrection(
            FlatGraph floats,
            List<FusedLayer> layers,
            ModelPasses passes,
            ProgressListener progress) {
        this.floats = floats;
        this.layers = layers;
        this.passes = passes;
        this.progress = progress;
    }

    /**
     * By the measured means of each layer's output in both graphs, the layers before it being
     * quantized and corrected (appendix D of the paper). The products of each layer are computed
     * once and kept: its bias does not change them.
     *
     * <p>The paper measures before the activation. Here it is behind it: what a ReLU cuts off does
     * not count, and it is often far off, because strongly negative products become less negative
     * where large inputs are clipped.
     */
    FlatGraph empirical(FlatGraph quantized) {
        var ranks = new LinkedHashMap<TensorRef, Integer>();
        layers.forEach(layer -> ranks.put(layer.output(), rank(layer)));
        var expected = new ChannelReduction(floats, passes).means(ranks);
        var corrected = quantized;
        int done = 0;
        for (var layer : inOrderOf(quantized)) {
            progress.at(
                    (double) done / layers.size(),
                    "correcting biases, layer %d of %d".formatted(++done, layers.size()));
            passes.advanceBehind(corrected, layer.name());
            if (expected.containsKey(layer.output())) {
                var shift = shift(corrected, layer, expected.get(layer.output()));
                corrected = LayerBias.shifted(corrected, layer.name(), shift);
            }
        }
        return corrected;
    }

    private List<FusedLayer> inOrderOf(FlatGraph graph) {
        var byName = new HashMap<String, FusedLayer>();
        layers.forEach(layer -> byName.put(layer.name(), layer));
        return graph.nodes().stream()
                .map(node -> byName.get(node.getName()))
                .filter(Objects::nonNull)
                .toList();
    }

    /** What the bias of each channel lacks for the output to have a mean. */
    private double[] shift(FlatGraph quantized, FusedLayer layer, double[] expected) {
        var shift = new double[expected.length];
        int steps = layer.activation().nonNegative() ? STEPS : 1;
        for (int step = 0; step < steps; step++) {
            var outputs = new ActivatedOutputs(layer, shift);
            passes.fetch(
                    quantized,
                    List.of(TensorRef.of(layer.name())),
                    (product, values) -> outputs.add(values));
            for (int channel = 0; channel < shift.length; channel++) {
                double passed = outputs.passed(channel);
                double missing = expected[channel] - outputs.mean(channel);
                shift[channel] += passed < LEAST_PASSED ? 0 : missing / passed;
            }
        }
        return shift;
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
            means.putAll(new ChannelReduction(floats, passes).means(unknown));
        }
        var corrected = quantized;
        for (var layer : layers) {
            if (means.containsKey(layer.input())) {
                var shift = meanError(quantized, layer, means.get(layer.input()));
                corrected = LayerBias.shifted(corrected, layer.name(), shift);
            }
        }
        return corrected;
    }

    private static double[] meanError(FlatGraph quantized, FusedLayer layer, double[] inputMeans) {
        var channels = KernelChannels.of(layer);
        var weights = layer.weights().values();
        var rounded = QuantizedKernel.of(quantized, layer.name()).rounded().values();
        int spread = spread(layer);
        var shift = new double[channels.outputs()];
        for (int i = 0; i < weights.length; i++) {
            double error = (double) weights[i] - rounded[i];
            shift[channels.output(i)] +=
                    error * inputMeans[channels.input(i, inputMeans.length)] / spread;
        }
        return shift;
    }

    /** How many outputs there are for an input: each reads a part of a transposed kernel. */
    private static int spread(FusedLayer layer) {
        return layer.transposed()
                ? Attributes.of(layer.product()).ints("strides", List.of()).stream()
                        .mapToInt(Math::toIntExact)
                        .reduce(1, (a, b) -> a * b)
                : 1;
    }

    /** Dimensions of the layer's input and output. */
    private static int rank(FusedLayer layer) {
        return layer.convolution() ? layer.weights().rank() : 2;
    }
}

package io.pitlane.quantize.correction;

import io.pitlane.analysis.reconstruction.ModelPasses;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntBiFunction;

/**
 * Makes the channels between two layers equally large, so that none of them is lost in the rounding
 * of a tensor: the first layer's output channels are divided by factors that the second layer's
 * weights are multiplied by (Nagel et al., Data-Free Quantization Through Weight Equalization and
 * Bias Correction, ICCV 2019, section 4.1).
 *
 * <ol>
 *   <li>Find pairs of layers between which nothing but the second reads the tensor.
 *   <li>Measure the range of each channel between them. It takes the place of the first layer's
 *       weights in the paper's formula {@code s = sqrt(r1 / r2)}, for the weights of an output
 *       channel have a scale of their own and need no equalization; where all weights of a layer
 *       have one, the formula is the paper's.
 *   <li>Before a depthwise layer, whose weights have a scale of their own for each channel, too,
 *       all channels get the same range; so three layers with a depthwise one between them are
 *       balanced as two pairs.
 *   <li>Absorb the part of a bias that keeps a channel positive for all images into the next layer,
 *       unless that pads its input by zeros.
 * </ol>
 *
 * No channel gets a larger range than the largest had, so that ReLU6 clips none that it did not
 * clip; those that it does clip keep their scale. In float, the graph's function is the same, for
 * the images that the ranges are measured with and whatever does not exceed them.
 */
public final class CrossLayerEqualization {
    private static final int ROUNDS = 20;
    private static final double CONVERGED = 1e-3;

    private final FlatGraph graph;
    private final boolean perTensor;
    private final List<EqualizablePair> pairs;
    private final Map<EqualizablePair, ChannelRanges> ranges = new HashMap<>();
    private final Map<String, double[]> kernels = new HashMap<>();

    private CrossLayerEqualization(
            FlatGraph graph, List<FusedLayer> layers, boolean perTensor, ModelPasses passes) {
        this.graph = graph;
        this.perTensor = perTensor;
        this.pairs = new ArrayList<>(EqualizablePair.in(graph, layers));
        if (!pairs.isEmpty()) {
            measure(passes);
        }
    }

    /**
     * An equalized graph.
     *
     * @param graph in float
     * @param pairs of layers that were equalized
     */
    public record Equalized(FlatGraph graph, List<String> pairs) {
        public Equalized {
            pairs = List.copyOf(pairs);
        }
    }

    /**
     * Equalizes the layers of a graph.
     *
     * @param graph in float, batch norm folded
     * @param layers that will be quantized, in the graph's order
     * @param perTensor whether all weights of a layer have one scale
     * @param passes of the images through the graph
     */
    public static Equalized apply(
            FlatGraph graph, List<FusedLayer> layers, boolean perTensor, ModelPasses passes) {
        return new CrossLayerEqualization(graph, layers, perTensor, passes).equalized();
    }

    private void measure(ModelPasses passes) {
        var ranks = new LinkedHashMap<TensorRef, Integer>();
        for (var pair : pairs) {
            var layer = pair.producer();
            ranks.put(
                    EqualizablePair.unactivated(graph, layer),
                    layer.convolution() ? layer.weights().rank() : 2);
        }
        var reduction = new ChannelReduction(graph, passes);
        var minima = reduction.minima(ranks);
        var maxima = reduction.maxima(ranks);
        pairs.removeIf(
                pair -> !minima.containsKey(EqualizablePair.unactivated(graph, pair.producer())));
        for (var pair : pairs) {
            var tensor = EqualizablePair.unactivated(graph, pair.producer());
            ranges.put(
                    pair,
                    new ChannelRanges(
                            minima.get(tensor), maxima.get(tensor), pair.producer().activation()));
            kernels.computeIfAbsent(pair.producer().name(), name -> weights(pair.producer()));
            kernels.computeIfAbsent(pair.consumer().name(), name -> weights(pair.consumer()));
        }
    }

    private static double[] weights(FusedLayer layer) {
        var values = layer.weights().values();
        var weights = new double[values.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = values[i];
        }
        return weights;
    }

    private Equalized equalized() {
        double change = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS && change > CONVERGED; round++) {
            change = pairs.stream().mapToDouble(this::equalize).max().orElse(0);
        }
        var edited = graph;
        for (var layer : kernels.keySet().stream().sorted().toList()) {
            edited = LayerKernels.replaced(edited, layer, kernels.get(layer));
        }
        for (var pair : pairs) {
            edited = withBias(edited, pair);
        }
        return new Equalized(edited, pairs.stream().map(EqualizablePair::name).toList());
    }

    /** Multiplies the channels between two layers; the largest change of a factor's logarithm. */
    private double equalize(EqualizablePair pair) {
        var range = ranges.get(pair);
        var factors = factors(pair, range);
        scaleOutputs(pair.producer(), factors);
        scaleInputs(pair.consumer(), factors);
        return range.divideBy(factors);
    }

    private double[] factors(EqualizablePair pair, ChannelRanges range) {
        if (perTensor) {
            int outputs = KernelChannels.of(pair.producer()).outputs();
            return range.balanced(
                    ranges(pair.producer(), outputs, KernelChannels::output),
                    ranges(pair.consumer(), outputs, KernelChannels::input));
        }
        return pair.consumer().depthwise() ? range.equal() : range.balanced(readRanges(pair));
    }

    /** The largest absolute weight of each channel. */
    private double[] ranges(
            FusedLayer layer, int count, ToIntBiFunction<KernelChannels, Integer> channel) {
        var channels = KernelChannels.of(layer);
        var weights = kernels.get(layer.name());
        var ranges = new double[count];
        for (int i = 0; i < weights.length; i++) {
            int of = channel.applyAsInt(channels, i) % count;
            ranges[of] = Math.max(ranges[of], Math.abs(weights[i]));
        }
        return ranges;
    }

    /**
     * How much of the range of the second layer's weights each channel takes: the largest share of
     * it in an output channel; 0 where the channel is not read.
     */
    private double[] readRanges(EqualizablePair pair) {
        var channels = KernelChannels.of(pair.consumer());
        var weights = kernels.get(pair.consumer().name());
        var largest = new double[channels.outputs()];
        for (int i = 0; i < weights.length; i++) {
            int output = channels.output(i);
            largest[output] = Math.max(largest[output], Math.abs(weights[i]));
        }
        var read = new double[KernelChannels.of(pair.producer()).outputs()];
        for (int i = 0; i < weights.length; i++) {
            int input = channels.input(i) % read.length;
            double share = Math.abs(weights[i]) / Math.max(largest[channels.output(i)], 1e-30);
            read[input] = Math.max(read[input], share);
        }
        return read;
    }

    private void scaleOutputs(FusedLayer layer, double[] divisors) {
        var channels = KernelChannels.of(layer);
        var weights = kernels.get(layer.name());
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= divisors[channels.output(i)];
        }
    }

    private void scaleInputs(FusedLayer layer, double[] factors) {
        var channels = KernelChannels.of(layer);
        var weights = kernels.get(layer.name());
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= factors[channels.input(i) % factors.length];
        }
    }

    private FlatGraph withBias(FlatGraph edited, EqualizablePair pair) {
        var range = ranges.get(pair);
        var bias = pair.producer().bias().values();
        var shift = new double[bias.length];
        var absorbed = pair.padded() ? new double[bias.length] : range.alwaysPositive();
        for (int channel = 0; channel < bias.length; channel++) {
            shift[channel] =
                    bias[channel] / range.divisor(channel) - bias[channel] - absorbed[channel];
        }
        var channels = KernelChannels.of(pair.consumer());
        var weights = kernels.get(pair.consumer().name());
        var added = new double[channels.outputs()];
        for (int i = 0; i < weights.length; i++) {
            added[channels.output(i)] += weights[i] * absorbed[channels.input(i) % absorbed.length];
        }
        var shifted = LayerBias.shifted(edited, pair.producer().name(), shift);
        return LayerBias.shifted(shifted, pair.consumer().name(), added);
    }
}

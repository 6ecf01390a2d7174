package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Comparator;
import java.util.List;

/**
 * How much the quantization of each layer changes the outputs of a model. A layer's quantizers are
 * those of its weights, of the tensor that it reads and of the tensor that it gives.
 *
 * @param samples number of images
 * @param metric name of the task's figure, as {@code accuracy}; null without labels
 * @param floats the task's figure of the float model; null without labels
 * @param quantized of all quantizers together
 * @param layers in the order of the graph
 * @param key of all that the figures depend on: a step with the same key takes them over; null
 *     where they are not kept
 * @param cached whether an earlier step or run measured them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LayerSensitivity(
        int samples,
        String metric,
        Double floats,
        OutputError quantized,
        List<Layer> layers,
        String key,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean cached)
        implements Finding {

    public LayerSensitivity {
        layers = layers == null ? List.of() : List.copyOf(layers);
    }

    /** Figures that were measured now. */
    public LayerSensitivity(
            int samples, String metric, Double floats, OutputError quantized, List<Layer> layers) {
        this(samples, metric, floats, quantized, layers, null, false);
    }

    /** The same to be found again under a key. */
    public LayerSensitivity withKey(String found) {
        return new LayerSensitivity(samples, metric, floats, quantized, layers, found, cached);
    }

    /** The same in a step that did not measure them. */
    public LayerSensitivity asCached() {
        return new LayerSensitivity(samples, metric, floats, quantized, layers, key, true);
    }

    /**
     * One layer.
     *
     * @param name of its node
     * @param macs multiply-accumulates per image; 0 where a shape is not known
     * @param parameters number of its weights
     * @param alone the layer quantized, the rest float
     * @param without the layer float, the rest quantized
     * @param weights its weights quantized, everything else float
     * @param activations the tensors that it reads and gives quantized, everything else float
     * @param distribution of its weights and of what it gives
     * @param advice what would help, in words
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Layer(
            String name,
            long macs,
            long parameters,
            OutputError alone,
            OutputError without,
            OutputError weights,
            OutputError activations,
            Distribution distribution,
            String advice) {}

    /**
     * The values of a layer, which explain its sensitivity.
     *
     * @param min the lowest value that it gives, before quantization
     * @param max the highest
     * @param outlierRatio the largest absolute value that it gives, over the one that 99.9 % of the
     *     values do not exceed
     * @param channelRatio the largest absolute value of a channel that it gives, over the median of
     *     its channels
     * @param weightRatio likewise, of its weights
     * @param largeChannels how many channels have weights more than ten times the median
     */
    public record Distribution(
            double min,
            double max,
            double outlierRatio,
            double channelRatio,
            double weightRatio,
            int largeChannels) {}

    /** The layers, the one that loses most by being quantized alone first. */
    @JsonIgnore
    public List<Layer> mostSensitiveFirst() {
        return layers.stream()
                .sorted(Comparator.comparingDouble((Layer layer) -> -layer.alone().noise()))
                .toList();
    }
}

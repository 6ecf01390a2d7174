package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How weights are quantized.
 *
 * @param granularity which weights share a scale
 */
public record WeightOptions(Granularity granularity) {

    /** Which weights share a scale. */
    public enum Granularity {
        /** Those of an output channel. */
        @JsonProperty("per-channel")
        PER_CHANNEL,
        /** All of a layer. */
        @JsonProperty("per-tensor")
        PER_TENSOR
    }

    public static final WeightOptions DEFAULT = new WeightOptions(null);

    public WeightOptions {
        granularity = granularity == null ? Granularity.PER_CHANNEL : granularity;
    }
}

package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * How weights are quantized.
 *
 * @param granularity which weights share a scale
 * @param bits of a weight, 8 or 4
 */
public record WeightOptions(Granularity granularity, Integer bits) {

    /** Which weights share a scale. */
    public enum Granularity {
        /** Those of an output channel. */
        @JsonProperty("per-channel")
        PER_CHANNEL,
        /** All of a layer. */
        @JsonProperty("per-tensor")
        PER_TENSOR
    }

    public static final WeightOptions DEFAULT = new WeightOptions(null, null);

    public WeightOptions {
        granularity = granularity == null ? Granularity.PER_CHANNEL : granularity;
        bits = bits == null ? Integer.valueOf(8) : bits;
    }

    /**
     * Reports what is wrong.
     *
     * @param integers whether kernels multiply the weights as integers
     */
    public void check(boolean integers, Problems problems) {
        problems.require(bits == 8 || bits == 4, "bits", "must be 8 or 4, but is " + bits);
        problems.require(
                !integers || bits == 8,
                "bits",
                "must be 8: int8 kernels take no others; scheme: weight-only takes 4");
    }
}

package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * How weights are quantized.
 *
 * @param granularity which weights share a scale
 * @param bits of a weight, 8 or 4
 * @param clusters distinct values of a shared kernel; null without weight sharing
 * @param initialization of the clusters, likewise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WeightOptions(
        Granularity granularity, Integer bits, Integer clusters, Initialization initialization) {

    /** Where clusters of weights begin. */
    public enum Initialization {
        /** At equal distances from the lowest weight to the highest. */
        @JsonProperty("linear")
        LINEAR,
        /** With equally many weights between two of them. */
        @JsonProperty("density")
        DENSITY,
        /** At weights drawn by the square of their distance from those drawn before. */
        @JsonProperty("k-means++")
        K_MEANS_PLUS_PLUS
    }

    /** Which weights share a scale. */
    public enum Granularity {
        /** Those of an output channel. */
        @JsonProperty("per-channel")
        PER_CHANNEL,
        /** All of a layer. */
        @JsonProperty("per-tensor")
        PER_TENSOR
    }

    public static final WeightOptions DEFAULT = of(null, null);

    /** Options without weight sharing; null for the defaults. */
    public static WeightOptions of(Granularity granularity, Integer bits) {
        return new WeightOptions(granularity, bits, null, null);
    }

    public WeightOptions {
        granularity = granularity == null ? Granularity.PER_CHANNEL : granularity;
        bits = bits == null ? Integer.valueOf(8) : bits;
    }

    /**
     * Reports what is wrong.
     *
     * @param integers whether kernels multiply the weights as integers
     * @param shared whether the scheme is weight sharing
     */
    public void check(boolean integers, boolean shared, Problems problems) {
        problems.require(
                shared || clusters == null && initialization == null,
                "clusters",
                "and initialization have an effect with scheme: weight-sharing only");
        problems.require(
                clusters == null || clusters >= 2 && clusters <= 65_536,
                "clusters",
                "must be between 2 and 65536, but is " + clusters);
        problems.require(bits == 8 || bits == 4, "bits", "must be 8 or 4, but is " + bits);
        problems.require(
                !integers || bits == 8,
                "bits",
                "must be 8: int8 kernels take no others; schemes of weights alone take 4");
    }
}

package io.pitlane.contract.pruning;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * How the saliency of a channel is computed from those of its parts.
 *
 * @param reduction how the scores of the layers that lose the channel are combined; null for the
 *     default of the criterion
 * @param normalization what the scores of a layer are divided by first; null for the default of the
 *     criterion
 * @param consumers whether the weights that read the channel count as well as those that produce
 *     it; null for no
 * @param samples number of training images for a criterion that is measured on them; null for 512
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChannelScores(
        Reduction reduction, Normalization normalization, Boolean consumers, Integer samples) {
    /** The defaults of each criterion. */
    public static final ChannelScores DEFAULT = new ChannelScores(null, null, null, null);

    private static final int DEFAULT_SAMPLES = 512;

    /** How the scores of a channel's filters become one. */
    public enum Reduction {
        @JsonProperty("sum")
        SUM,
        @JsonProperty("mean")
        MEAN,
        @JsonProperty("max")
        MAX
    }

    /** What the scores of a layer are divided by, so that layers can be compared. */
    public enum Normalization {
        /** By nothing: a layer of large scores counts for more. */
        @JsonProperty("none")
        NONE,
        /** By their mean. */
        @JsonProperty("mean")
        MEAN,
        /** By the largest one. */
        @JsonProperty("max")
        MAX,
        /** By their L2 norm (Molchanov et al. 2017, section 2.3). */
        @JsonProperty("l2")
        L2
    }

    /** The reduction, or the default. */
    public Reduction reductionOr(Reduction other) {
        return reduction == null ? other : reduction;
    }

    /** The normalization, or the default. */
    public Normalization normalizationOr(Normalization other) {
        return normalization == null ? other : normalization;
    }

    /** Whether the weights that read a channel count. */
    public boolean countConsumers() {
        return consumers != null && consumers;
    }

    /** Number of training images to measure on. */
    public int sampleCount() {
        return samples == null ? DEFAULT_SAMPLES : samples;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                samples == null || samples >= 1 && samples <= 1_000_000,
                "samples",
                "must be between 1 and 1000000, but is " + samples);
    }
}

package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * How the ranges of activations are estimated, from training images.
 *
 * @param method how a range follows from the observed values
 * @param percentile share of values inside the range, percent; null but for {@link
 *     Method#PERCENTILE}
 * @param samples number of images
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Calibration(Method method, Double percentile, Integer samples) {

    /** How a range follows from the observed values. */
    public enum Method {
        @JsonProperty("min-max")
        MIN_MAX,
        @JsonProperty("percentile")
        PERCENTILE
    }

    public static final Calibration DEFAULT = new Calibration(null, null, null);

    public Calibration {
        method = method == null ? Method.PERCENTILE : method;
        if (method == Method.PERCENTILE && percentile == null) {
            percentile = 99.99;
        }
        samples = samples == null ? Integer.valueOf(512) : samples;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                percentile == null || method == Method.PERCENTILE,
                "percentile",
                "has an effect with method: percentile only; leave it out");
        problems.require(
                percentile == null || percentile >= 50 && percentile <= 100,
                "percentile",
                "must be between 50 and 100, but is " + percentile);
        problems.require(
                samples >= 1 && samples <= 1_000_000,
                "samples",
                "must be between 1 and 1000000, but is " + samples);
    }
}

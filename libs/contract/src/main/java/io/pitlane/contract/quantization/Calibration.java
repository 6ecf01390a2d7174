package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.LayerPattern;
import io.pitlane.contract.validation.Problems;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the ranges of activations are estimated, from training images.
 *
 * @param method how a range follows from the observed values
 * @param percentile share of values inside the range, percent; null but for {@link
 *     Method#PERCENTILE}
 * @param samples number of images
 * @param layers other methods for the outputs of some layers, by a name or a pattern with {@code
 *     *}; the first that matches counts. Null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Calibration(
        Method method, Double percentile, Integer samples, Map<String, RangeMethod> layers) {

    /** How a range follows from the observed values. */
    public enum Method {
        /** From the lowest to the highest value. */
        @JsonProperty("min-max")
        MIN_MAX,
        /** Exponential moving averages of the lowest and the highest values of the batches. */
        @JsonProperty("moving-average")
        MOVING_AVERAGE,
        /** The magnitude that a share of the values does not exceed. */
        @JsonProperty("percentile")
        PERCENTILE,
        /**
         * The magnitude at which the distribution changes least, by its Kullback-Leibler
         * divergence.
         */
        @JsonProperty("entropy")
        ENTROPY,
        /** The range with the least mean squared error of the rounded values. */
        @JsonProperty("mse")
        MSE
    }

    public static final Calibration DEFAULT = new Calibration(null, null, null);

    /** The same method for every layer. */
    public Calibration(Method method, Double percentile, Integer samples) {
        this(method, percentile, samples, null);
    }

    public Calibration {
        var ofAll = new RangeMethod(method, percentile);
        method = ofAll.method();
        percentile = ofAll.percentile();
        samples = samples == null ? Integer.valueOf(512) : samples;
        layers = layers == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(layers));
    }

    /**
     * A method with its option.
     *
     * @param method how a range follows from the observed values
     * @param percentile share of values inside the range, percent; null but for {@link
     *     Method#PERCENTILE}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RangeMethod(Method method, Double percentile) {

        public RangeMethod {
            method = method == null ? Method.PERCENTILE : method;
            if (method == Method.PERCENTILE && percentile == null) {
                percentile = 99.99;
            }
        }

        private void check(Problems problems) {
            problems.require(
                    percentile == null || method == Method.PERCENTILE,
                    "percentile",
                    "has an effect with method: percentile only; leave it out");
            problems.require(
                    percentile == null || percentile >= 50 && percentile <= 100,
                    "percentile",
                    "must be between 50 and 100, but is " + percentile);
        }
    }

    /**
     * The method for the output of a layer.
     *
     * @param layer its name
     */
    public RangeMethod of(String layer) {
        return layers == null
                ? new RangeMethod(method, percentile)
                : layers.entrySet().stream()
                        .filter(entry -> LayerPattern.matches(entry.getKey(), layer))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElseGet(() -> new RangeMethod(method, percentile));
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        new RangeMethod(method, percentile).check(problems);
        problems.require(
                samples >= 1 && samples <= 1_000_000,
                "samples",
                "must be between 1 and 1000000, but is " + samples);
        if (layers != null) {
            layers.forEach(
                    (pattern, of) -> {
                        var at = problems.at("layers");
                        if (at.present(of, pattern, "write {method: METHOD}")) {
                            of.check(at.at(pattern));
                        }
                    });
        }
    }
}

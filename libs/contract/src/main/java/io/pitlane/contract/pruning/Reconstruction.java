package io.pitlane.contract.pruning;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * How the outputs of the cut layers are restored without training.
 *
 * @param method how the weights that remain are changed
 * @param samples number of training images; all where there are fewer. Null for {@value
 *     #MOST_SAMPLES}, and fewer for large models
 * @param ridge how strongly the weights are held at those that the cut left, relative to the mean
 *     square of the layer's inputs
 * @param batchNorm whether the running mean and variance of batch norm are estimated anew
 * @param leastEpochs share of the epochs of fine-tuning that follow where the outputs are as before
 *     the cut, 0..1; all of them follow where nothing was restored. Null where nothing is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Reconstruction(
        Method method, Integer samples, Double ridge, Boolean batchNorm, Double leastEpochs) {
    /** Number of images for models that are not large. */
    public static final int MOST_SAMPLES = 4096;

    private static final int FEWEST_SAMPLES = 2;

    /** How the weights that remain are changed. */
    public enum Method {
        /**
         * Each layer gets the weights and the bias with the least squared error of its outputs (He
         * et al. 2017, "Channel Pruning for Accelerating Very Deep Neural Networks").
         */
        @JsonProperty("least-squares")
        LEAST_SQUARES,
        /** They keep their values. */
        @JsonProperty("none")
        NONE
    }

    public static final Reconstruction DEFAULT = new Reconstruction(null, null, null, null, null);

    /** Leaves the model as the cut left it. */
    public static final Reconstruction OFF =
            new Reconstruction(Method.NONE, null, null, false, null);

    public Reconstruction {
        method = method == null ? Method.LEAST_SQUARES : method;
        if (method == Method.LEAST_SQUARES && ridge == null) {
            ridge = 0.03;
        }
        batchNorm = batchNorm == null ? Boolean.TRUE : batchNorm;
        if (leastEpochs == null && (method == Method.LEAST_SQUARES || batchNorm)) {
            leastEpochs = 1.0;
        }
    }

    /** Whether the model stays as the cut left it. */
    @JsonIgnore
    public boolean isOff() {
        return method == Method.NONE && !batchNorm;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        problems.require(
                samples == null || samples >= FEWEST_SAMPLES,
                "samples",
                "must be at least " + FEWEST_SAMPLES + ", but is " + samples);
        problems.require(
                ridge == null || ridge > 0 && Double.isFinite(ridge),
                "ridge",
                "must be above 0, but is " + ridge);
        problems.require(
                ridge == null || method == Method.LEAST_SQUARES,
                "ridge",
                "has no effect with method: none; leave it out");
        problems.require(
                leastEpochs == null || leastEpochs >= 0 && leastEpochs <= 1,
                "leastEpochs",
                "must be between 0 and 1, but is " + leastEpochs);
        problems.require(
                leastEpochs == null || !isOff(),
                "leastEpochs",
                "has no effect where neither weights nor batch norm are restored; leave it out");
    }
}

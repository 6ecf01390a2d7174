package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * What is done about the error of quantization, without labels and without training.
 *
 * @param equalization whether the channels between layers are made equally large
 * @param biasCorrection whether the biases make up for the mean error of each channel
 * @param adaRound how the rounding of weights is learned; null where they are rounded to the
 *     nearest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Corrections(Boolean equalization, BiasCorrection biasCorrection, AdaRound adaRound) {

    /** How the mean error of a layer's channels is determined (Nagel et al. 2019, section 4.2). */
    public enum BiasCorrection {
        /** Not at all. */
        @JsonProperty("none")
        NONE,
        /** By running images through both graphs, layer after layer. */
        @JsonProperty("empirical")
        EMPIRICAL,
        /** From the mean of each layer's input and the rounding of its weights. */
        @JsonProperty("analytic")
        ANALYTIC
    }

    /**
     * Learns for each weight whether it is rounded up or down (Nagel et al., Up or Down? Adaptive
     * Rounding for Post-Training Quantization, ICML 2020).
     *
     * @param iterations steps of the optimizer for each layer
     * @param learningRate of Adam
     * @param regularization weight of the penalty that makes each weight decide; the error of an
     *     output has weight 1 if it is as large as with rounding to the nearest
     */
    public record AdaRound(Integer iterations, Double learningRate, Double regularization) {
        public static final AdaRound DEFAULT = new AdaRound(null, null, null);

        public AdaRound {
            iterations = iterations == null ? Integer.valueOf(1000) : iterations;
            learningRate = learningRate == null ? Double.valueOf(0.01) : learningRate;
            regularization = regularization == null ? Double.valueOf(0.1) : regularization;
        }

        private void check(Problems problems) {
            problems.require(
                    iterations >= 1 && iterations <= 1_000_000,
                    "iterations",
                    "must be between 1 and 1000000, but is " + iterations);
            problems.require(
                    learningRate > 0 && learningRate <= 1,
                    "learningRate",
                    "must be above 0 and at most 1, but is " + learningRate);
            problems.require(
                    regularization >= 0 && Double.isFinite(regularization),
                    "regularization",
                    "must be 0 or more, but is " + regularization);
        }
    }

    public static final Corrections DEFAULT = new Corrections(null, null, null);

    public static final Corrections NONE = new Corrections(false, BiasCorrection.NONE, null);

    public Corrections {
        equalization = equalization != null && equalization;
        biasCorrection = biasCorrection == null ? BiasCorrection.EMPIRICAL : biasCorrection;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {
        if (adaRound != null) {
            adaRound.check(problems.at("adaRound"));
        }
    }
}

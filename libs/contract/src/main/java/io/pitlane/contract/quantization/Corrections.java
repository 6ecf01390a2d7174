package io.pitlane.contract.quantization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * What is done about the error of quantization, without labels and without training.
 *
 * @param equalization whether the channels between layers are made equally large
 * @param biasCorrection whether the biases make up for the mean error of each channel
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Corrections(Boolean equalization, BiasCorrection biasCorrection) {

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

    public static final Corrections NONE = new Corrections(null, null);

    public Corrections {
        equalization = equalization != null && equalization;
        biasCorrection = biasCorrection == null ? BiasCorrection.NONE : biasCorrection;
    }

    /** Reports what is wrong. */
    public void check(Problems problems) {}
}

package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What quantization changes in the outputs of a model.
 *
 * @param sqnr signal-to-quantization-noise ratio of all float outputs, {@code 10 log10(|y|^2 / |y -
 *     q|^2)} in decibels; null where the outputs are the same, or none is float
 * @param divergence Kullback-Leibler divergence of the predicted class distribution from that of
 *     the float model, in nats, the mean over images or pixels; null where no scores of classes are
 *     output
 * @param agreement share of images, or pixels, with the class of the float model; null for tasks
 *     without classes
 * @param score the task's figure, as accuracy 0..1 or an error; null without labels
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OutputError(Double sqnr, Double divergence, Double agreement, Double score) {

    /** How far the outputs are apart: of classes by their distributions, else by the noise. */
    public double distance() {
        return divergence == null ? noise() : divergence;
    }

    /** The noise over the signal, in power: 0 where the outputs are the same. */
    public double noise() {
        return sqnr == null ? 0 : Math.pow(10, -sqnr / 10);
    }
}

package io.pitlane.contract.step;

import io.pitlane.contract.training.Training;

/**
 * The work that the options of a step ask for, as far as it does not depend on the model: the basis
 * of an estimate of its time.
 *
 * @param epochs passes over the training images with gradients
 * @param images images that are computed without gradients, for statistics and for choices
 * @param modelSeconds seconds of timing for each model of the run
 */
public record StepWork(double epochs, long images, double modelSeconds) {

    static StepWork ofEpochs(double epochs) {
        return new StepWork(epochs, 0, 0);
    }

    /** The end of a sentence, with a space before it. */
    static String forEpochs(double epochs) {
        return epochs == 1 ? " for 1 epoch" : " for %.0f epochs".formatted(epochs);
    }

    /** Passes of one training, over all the learning rates that it tries. */
    static double epochs(Training training) {
        if (training == null) {
            return 0;
        }
        var rates = training.learningRates();
        return (double) training.epochs() * (rates == null ? 1 : rates.size());
    }
}

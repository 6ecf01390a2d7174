package io.pitlane.contract.training;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A point of a training's loss curve.
 *
 * @param training what is trained, where a step trains more than once; null for its only training
 * @param epoch epochs done so far, 0 to {@code epochs}; a whole number at the end of an epoch
 * @param epochs of the training
 * @param loss mean over the images of the epoch so far
 * @param validation loss on the validation split at the end of an epoch; null within one, and
 *     without a split
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingLoss(
        String training, double epoch, int epochs, double loss, Double validation) {

    /**
     * The same as part of a work.
     *
     * @param work what the training is part of, as {@code generation 1 of 2}
     * @param point null for none
     */
    public static TrainingLoss in(String work, TrainingLoss point) {
        if (point == null) {
            return null;
        }
        var name = point.training == null ? work : work + ", " + point.training;
        return new TrainingLoss(name, point.epoch, point.epochs, point.loss, point.validation);
    }
}
